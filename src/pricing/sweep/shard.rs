use std::{fmt, str::FromStr};

use super::SweepError;

/// One of N equal parts of a sweep: every N-th session, starting with session I.
///
/// Written as `I/N`, counted from 0, so `3/4` is the last of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Creates shard `index` of `count`.
    ///
    /// # Errors
    /// Returns [`SweepError::Shard`] if there is no such shard.
    pub fn new(index: u32, count: u32) -> Result<Self, SweepError> {
        if index < count {
            return Ok(Self { index, count });
        }
        Err(refused(
            &format!("{index}/{count}"),
            "shards are counted from 0, so I must be below N, for example 0/4 to 3/4",
        ))
    }

    /// Returns the index, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Returns the number of shards.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Parses a shard: `I/N`, counted from 0; `auto/N`, with I from the engine that started the
    /// process; or `auto`, with N from the engine too.
    ///
    /// | engine | I | N |
    /// |---|---|---|
    /// | Slurm job array | `SLURM_ARRAY_TASK_ID` | `SLURM_ARRAY_TASK_COUNT` |
    /// | Grid Engine array | `SGE_TASK_ID` | `SGE_TASK_LAST`, `SGE_TASK_STEPSIZE` |
    /// | LSF job array | `LSB_JOBINDEX` | `LSB_JOBINDEX_END`, `LSB_JOBINDEX_STEP` |
    /// | PBS job array | `PBS_ARRAY_INDEX`, `PBS_ARRAYID` (Torque) | must be given |
    /// | Kubernetes Indexed Job | `JOB_COMPLETION_INDEX` | must be given |
    /// | Open MPI | `OMPI_COMM_WORLD_RANK` | `OMPI_COMM_WORLD_SIZE` |
    /// | MPICH, Intel MPI (PMI) | `PMI_RANK` | `PMI_SIZE` |
    /// | PMIx | `PMIX_RANK` | must be given |
    /// | `srun` with several tasks | `SLURM_PROCID` | `SLURM_NTASKS` |
    ///
    /// If the engine provides the range of an array with N tasks, tasks are counted from its first
    /// one. Any other array, such as a part that is submitted again, is rejected, because its first
    /// task is unknown. `from0/N` and `from1/N` specify it.
    ///
    /// `variable` returns the value of an environment variable.
    ///
    /// # Errors
    /// Returns [`SweepError::Shard`] if the text or a variable cannot be parsed, if no variable is
    /// set, or if the index is not below the number of shards.
    pub fn parse(
        text: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SweepError> {
        let forms = [("auto", None), ("from0", Some(0)), ("from1", Some(1))];
        let form = forms
            .iter()
            .find_map(|(name, base)| Some((text.strip_prefix(name)?, *base)));
        let Some((rest, base)) = form else {
            return text.parse();
        };
        let count = match rest.strip_prefix('/') {
            Some(count) => Some(number(text, "N", count)?),
            None if rest.is_empty() => None,
            None => return Err(refused(text, FORMS)),
        };
        let read = |name: &str| match variable(name) {
            // Grid Engine sets this outside of arrays.
            Some(value) if value == "undefined" => Ok(None),
            Some(value) => number(text, name, &value).map(Some),
            None => Ok(None),
        };
        for engine in &ENGINES {
            let Some(task) = read(engine.task)? else {
                continue;
            };
            // LSF sets 0 outside of arrays.
            if engine.from_one && task == 0 {
                continue;
            }
            return engine.shard(text, (task, base, count), &read);
        }
        let names: Vec<&str> = ENGINES.iter().map(|engine| engine.task).collect();
        Err(refused(
            text,
            &format!(
                "none of {} is set: give I/N, for example 0/4",
                names.join(", ")
            ),
        ))
    }

    /// Returns the positions of the shard's sessions in the order of all.
    pub(super) fn tasks(self, sessions: u64) -> impl Iterator<Item = u64> {
        (u64::from(self.index)..sessions).step_by(self.count as usize)
    }
}

/// The environment variables by which an engine numbers its processes.
struct Engine {
    task: &'static str,
    /// Number of tasks.
    count: Option<&'static str>,
    /// Range of an array: first, last, step.
    range: Option<[&'static str; 3]>,
    /// Whether arrays start at 1 or above, so that 0 means no array.
    from_one: bool,
    /// Whether users choose the first index of an array.
    is_array: bool,
}

const fn process(task: &'static str, count: Option<&'static str>) -> Engine {
    Engine {
        task,
        count,
        range: None,
        from_one: false,
        is_array: false,
    }
}

const fn array(
    task: &'static str,
    count: Option<&'static str>,
    range: Option<[&'static str; 3]>,
    from_one: bool,
) -> Engine {
    Engine {
        task,
        count,
        range,
        from_one,
        is_array: true,
    }
}

/// Arrays come first: within a task of an array, `srun` or MPI may number processes too.
const ENGINES: [Engine; 10] = [
    array(
        "SLURM_ARRAY_TASK_ID",
        Some("SLURM_ARRAY_TASK_COUNT"),
        Some([
            "SLURM_ARRAY_TASK_MIN",
            "SLURM_ARRAY_TASK_MAX",
            "SLURM_ARRAY_TASK_STEP",
        ]),
        false,
    ),
    array(
        "SGE_TASK_ID",
        None,
        Some(["SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE"]),
        true,
    ),
    array(
        "LSB_JOBINDEX",
        None,
        Some([
            "LSB_JOBINDEX_START",
            "LSB_JOBINDEX_END",
            "LSB_JOBINDEX_STEP",
        ]),
        true,
    ),
    array("PBS_ARRAY_INDEX", None, None, false),
    array("PBS_ARRAYID", None, None, false),
    process("JOB_COMPLETION_INDEX", None),
    process("OMPI_COMM_WORLD_RANK", Some("OMPI_COMM_WORLD_SIZE")),
    process("PMI_RANK", Some("PMI_SIZE")),
    process("PMIX_RANK", None),
    process("SLURM_PROCID", Some("SLURM_NTASKS")),
];

impl Engine {
    /// Returns the shard of a task that is counted from `base`, or, if there is none, from the
    /// first task of the engine's range.
    fn shard(
        &self,
        text: &str,
        (task, base, asked): (u32, Option<u32>, Option<u32>),
        read: &impl Fn(&str) -> Result<Option<u32>, SweepError>,
    ) -> Result<Shard, SweepError> {
        let name = self.task;
        let told = match self.count {
            Some(count) => read(count)?,
            None => None,
        };
        let range = match self.range {
            Some([first, last, step]) => {
                let first = read(first)?.or_else(|| self.from_one.then_some(1));
                first.map(|first| {
                    Ok::<_, SweepError>((first, read(last)?, read(step)?.unwrap_or(1)))
                })
            }
            None => None,
        };
        let range = range.transpose()?;
        let ranged =
            range.and_then(|(first, last, step)| Some(last?.checked_sub(first)? / step.max(1) + 1));
        let told = told.or(ranged);
        let Some(count) = asked.or(told) else {
            let remedy = format!("{name} does not provide the number of shards: give it as auto/N");
            return Err(refused(text, &remedy));
        };
        let (first, step) = match (base, range) {
            (Some(base), _) => (base, 1),
            // Processes are counted from 0.
            (None, None) if !self.is_array => (0, 1),
            (None, Some((first, _, step))) if told == Some(count) => (first, step.max(1)),
            _ => {
                let tasks = match told {
                    Some(tasks) => format!("the array has {tasks} tasks for {count} shards"),
                    None => format!("{name} does not provide the range of the array"),
                };
                let remedy =
                    format!("{tasks}, so specify the first task: from0/{count} or from1/{count}");
                return Err(refused(text, &remedy));
            }
        };
        match task.checked_sub(first).filter(|place| place % step == 0) {
            Some(place) => Shard::new(place / step, count),
            None => {
                let remedy = format!("{name} is {task}, which is not counted from {first}");
                Err(refused(text, &remedy))
            }
        }
    }
}

const FORMS: &str =
    "write I/N counted from 0, for example 0/4, or auto/N, from0/N or from1/N on a cluster";

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
    fn shards_are_read_from_engines() {
        let slurm = |id, min, count| {
            [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_COUNT", count),
            ]
        };
        assert_eq!(parse("auto", &slurm("2", "0", "4")).unwrap(), "2/4");
        assert_eq!(parse("auto/4", &slurm("4", "1", "4")).unwrap(), "3/4");
        // An array of any range is counted from its first task.
        assert_eq!(parse("auto", &slurm("9", "7", "3")).unwrap(), "2/3");
        // One task of four, submitted again: the first task must be specified.
        let again = slurm("2", "2", "1");
        let error = parse("auto/4", &again).unwrap_err();
        assert!(error.contains("from0/4 or from1/4"), "{error}");
        assert_eq!(parse("from0/4", &again).unwrap(), "2/4");
        assert_eq!(parse("from1/4", &again).unwrap(), "1/4");
        assert!(parse("from1/4", &slurm("0", "0", "1")).is_err());
        assert!(parse("from0/4", &slurm("4", "4", "1")).is_err());
        let pod = [("JOB_COMPLETION_INDEX", "1")];
        assert_eq!(parse("auto/2", &pod).unwrap(), "1/2");
        assert!(parse("auto", &pod).unwrap_err().contains("auto/N"));
        let mpi = [("OMPI_COMM_WORLD_RANK", "5"), ("OMPI_COMM_WORLD_SIZE", "8")];
        assert_eq!(parse("auto", &mpi).unwrap(), "5/8");
        for (set, text, shard) in [
            (
                vec![
                    ("SGE_TASK_ID", "5"),
                    ("SGE_TASK_FIRST", "1"),
                    ("SGE_TASK_LAST", "7"),
                    ("SGE_TASK_STEPSIZE", "2"),
                ],
                "auto",
                "2/4",
            ),
            (
                vec![("LSB_JOBINDEX", "4"), ("LSB_JOBINDEX_END", "4")],
                "auto/4",
                "3/4",
            ),
            (
                vec![("LSB_JOBINDEX", "0"), ("PMI_RANK", "1"), ("PMI_SIZE", "2")],
                "auto",
                "1/2",
            ),
            (
                vec![("SGE_TASK_ID", "undefined"), ("PMIX_RANK", "3")],
                "auto/4",
                "3/4",
            ),
            (vec![("PBS_ARRAY_INDEX", "3")], "from0/4", "3/4"),
            (vec![("PBS_ARRAYID", "4")], "from1/4", "3/4"),
            (
                vec![("SLURM_PROCID", "2"), ("SLURM_NTASKS", "3")],
                "auto",
                "2/3",
            ),
        ] {
            assert_eq!(parse(text, &set).unwrap(), shard, "{set:?}");
        }
        // A process within a task of an array: the array takes precedence.
        let both = [
            ("SLURM_PROCID", "0"),
            ("SLURM_ARRAY_TASK_ID", "3"),
            ("SLURM_ARRAY_TASK_MIN", "0"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(parse("auto/4", &both).unwrap(), "3/4");
        let error = parse("auto/4", &[("PBS_ARRAY_INDEX", "3")]).unwrap_err();
        assert!(error.contains("range of the array"), "{error}");
        // An explicit shard takes precedence.
        assert_eq!(parse("0/3", &pod).unwrap(), "0/3");
    }

    #[test]
    fn invalid_shards_are_reported() {
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
