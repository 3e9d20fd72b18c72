use std::{fmt, str::FromStr};

use super::SweepError;

/// One of several equal parts of a sweep: every N-th session, beginning with session I.
///
/// Written `I/N`, counted from 0, so `3/4` is the last of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Shard `index` of `count`.
    ///
    /// # Errors
    /// [`SweepError::Shard`] where there is no such shard.
    pub fn new(index: u32, count: u32) -> Result<Self, SweepError> {
        if index < count {
            return Ok(Self { index, count });
        }
        Err(refused(
            &format!("{index}/{count}"),
            "shards are counted from 0, so give I below N, for example 0/4 to 3/4",
        ))
    }

    /// Its number, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The number of shards.
    pub fn count(self) -> u32 {
        self.count
    }

    /// The shard that a text names: `I/N`; `auto/N`, with I from the engine that started the process;
    /// or `auto`, with N from there too.
    ///
    /// | engine | I | N |
    /// |---|---|---|
    /// | Slurm job array | `SLURM_ARRAY_TASK_ID` | `SLURM_ARRAY_TASK_COUNT` |
    /// | Kubernetes Indexed Job | `JOB_COMPLETION_INDEX` | must be given |
    /// | Open MPI | `OMPI_COMM_WORLD_RANK` | `OMPI_COMM_WORLD_SIZE` |
    ///
    /// A Slurm array that has N tasks is counted from its `SLURM_ARRAY_TASK_MIN`. One that has not is
    /// a part of an array that was submitted again, whose tasks are counted from 0.
    ///
    /// `variable` gives the value of an environment variable.
    ///
    /// # Errors
    /// [`SweepError::Shard`] where the text or a variable cannot be read, or none is there.
    pub fn parse(
        text: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SweepError> {
        let Some(rest) = text.strip_prefix("auto") else {
            return text.parse();
        };
        let count = match rest.strip_prefix('/') {
            Some(count) => Some(number(text, "N", count)?),
            None if rest.is_empty() => None,
            None => return Err(refused(text, FORMS)),
        };
        let read = |name: &str| match variable(name) {
            Some(value) => number(text, name, &value).map(Some),
            None => Ok(None),
        };
        let needed = |name: &str| {
            let remedy = format!("{name} is not set, so give the number of shards: auto/N");
            read(name)?.ok_or_else(|| refused(text, &remedy))
        };
        if let Some(task) = read("SLURM_ARRAY_TASK_ID")? {
            let tasks = read("SLURM_ARRAY_TASK_COUNT")?;
            let whole = tasks.is_some() && (count.is_none() || count == tasks);
            let first = read("SLURM_ARRAY_TASK_MIN")?.filter(|_| whole);
            let count = match count {
                Some(count) => count,
                None => needed("SLURM_ARRAY_TASK_COUNT")?,
            };
            return Self::new(task.saturating_sub(first.unwrap_or(0)), count);
        }
        if let Some(index) = read("JOB_COMPLETION_INDEX")? {
            let remedy = "Kubernetes does not tell the number of shards: give it as auto/N";
            let count = count.ok_or_else(|| refused(text, remedy))?;
            return Self::new(index, count);
        }
        if let Some(rank) = read("OMPI_COMM_WORLD_RANK")? {
            let count = match count {
                Some(count) => count,
                None => needed("OMPI_COMM_WORLD_SIZE")?,
            };
            return Self::new(rank, count);
        }
        Err(refused(
            text,
            "none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and OMPI_COMM_WORLD_RANK is set: give \
             I/N, for example 0/4",
        ))
    }

    /// The places of the shard's sessions in the order of all.
    pub(super) fn tasks(self, sessions: u64) -> impl Iterator<Item = u64> {
        (u64::from(self.index)..sessions).step_by(self.count as usize)
    }
}

const FORMS: &str = "write I/N counted from 0, for example 0/4, or auto/N on a cluster";

fn refused(text: &str, remedy: &str) -> SweepError {
    SweepError::Shard {
        text: text.to_owned(),
        remedy: remedy.to_owned(),
    }
}

fn number(text: &str, name: &str, value: &str) -> Result<u32, SweepError> {
    let remedy = format!("{name} is {value:?}: it must be a whole number");
    value.trim().parse().map_err(|_| refused(text, &remedy))
}

impl FromStr for Shard {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let (index, count) = text.split_once('/').ok_or_else(|| refused(text, FORMS))?;
        Self::new(number(text, "I", index)?, number(text, "N", count)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, set: &[(&str, &str)]) -> Result<String, String> {
        let find = |name: &str| set.iter().find(|(other, _)| *other == name);
        let shard = Shard::parse(text, |name| {
            find(name).map(|(_, value)| (*value).to_owned())
        });
        shard
            .map(|shard| shard.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn engines_tell_the_shard() {
        let slurm = |id, min, count| {
            [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_COUNT", count),
            ]
        };
        assert_eq!(parse("auto", &slurm("2", "0", "4")).unwrap(), "2/4");
        assert_eq!(parse("auto/4", &slurm("4", "1", "4")).unwrap(), "3/4");
        // One task of four, submitted again.
        assert_eq!(parse("auto/4", &slurm("2", "2", "1")).unwrap(), "2/4");
        assert!(parse("auto/4", &slurm("4", "4", "1")).is_err());
        let pod = [("JOB_COMPLETION_INDEX", "1")];
        assert_eq!(parse("auto/2", &pod).unwrap(), "1/2");
        assert!(parse("auto", &pod).unwrap_err().contains("auto/N"));
        let mpi = [("OMPI_COMM_WORLD_RANK", "5"), ("OMPI_COMM_WORLD_SIZE", "8")];
        assert_eq!(parse("auto", &mpi).unwrap(), "5/8");
        // What is written counts.
        assert_eq!(parse("0/3", &pod).unwrap(), "0/3");
    }

    #[test]
    fn what_is_no_shard_is_named() {
        for (text, part) in [
            ("4/4", "counted from 0"),
            ("0/0", "counted from 0"),
            ("3", "I/N"),
            ("-1/4", "I is \"-1\""),
            ("automatic", "I/N"),
            ("auto/4", "SLURM_ARRAY_TASK_ID"),
            ("auto/x", "N is \"x\""),
        ] {
            let error = parse(text, &[]).unwrap_err();
            assert!(error.starts_with(&format!("shard {text}: ")), "{error}");
            assert!(error.contains(part), "{error}");
        }
        let error = parse("auto/4", &[("SLURM_ARRAY_TASK_ID", "x")]).unwrap_err();
        assert!(error.contains("SLURM_ARRAY_TASK_ID is \"x\""), "{error}");
    }

    #[test]
    fn shards_share_all_sessions() {
        for count in 1..9 {
            let mut seen = [0; 20];
            for index in 0..count {
                let shard = Shard::new(index, count).unwrap();
                shard.tasks(20).for_each(|task| seen[task as usize] += 1);
            }
            assert_eq!(seen, [1; 20]);
        }
    }
}
