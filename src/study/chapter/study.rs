use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    Part,
    cost::{Remaining, training_cost},
};
use crate::{
    data::{DataPlaces, DownloadProgress},
    report::Table,
    study::{
        AlphaStudy, AlphaStudyConfig, AlphaStudyResults, Problem, StudyError, StudyEvent,
        alpha::TYPICAL_STEPS, folder::Folder, write_results,
    },
    train::{EpochDisplay, RunEnd, StopHandle},
};

/// Experiments on leaky ReLUs in one folder that can be resumed: a subfolder for each study, and a
/// report.
pub struct ChapterStudy {
    folder: Folder,
    record: ChapterRecord,
}

/// `config.json` of the folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ChapterRecord {
    /// Version of this crate that began the study.
    version: String,
    /// Whether the stand-ins are used whatever there is.
    stand_ins: bool,
    parts: Vec<Part>,
}

/// What happens in a [`ChapterStudy`], for progress output.
#[derive(Clone, Debug, PartialEq)]
pub enum ChapterEvent<'a> {
    /// A study begins or continues.
    PartStarted {
        /// The study.
        part: &'a Part,
        /// Its data and settings in one line.
        summary: String,
        /// One line where its data are not those that were asked for.
        notice: Option<String>,
    },
    /// Something happened in a study.
    Training {
        /// The study.
        part: &'a Part,
        /// What.
        event: StudyEvent,
        /// Trainings that are done, of all studies.
        done: usize,
        /// All trainings of all studies.
        total: usize,
        /// The time that is left, if anything is known of it.
        left: Option<Duration>,
    },
    /// A study is complete, and its results are written.
    PartEnded {
        /// The study.
        part: &'a Part,
        /// Its results.
        table: &'a Table,
    },
}

/// A study with what it found.
pub struct PartResult {
    /// The study's settings.
    pub part: Part,
    /// The study.
    pub study: AlphaStudy,
    /// What it found.
    pub results: AlphaStudyResults,
    /// The same as a table.
    pub table: Table,
}

/// What a [`ChapterStudy`] found.
pub struct ChapterResults {
    /// The studies that were begun, in order.
    pub parts: Vec<PartResult>,
    /// Whether all studies are complete.
    pub complete: bool,
}

/// How a [`ChapterStudy`] runs.
pub struct ChapterRun<'a> {
    /// Ends the run early.
    pub stop: &'a StopHandle,
    /// How epochs are shown.
    pub display: EpochDisplay,
    /// Called for everything that happens.
    pub notify: &'a mut dyn FnMut(ChapterEvent<'_>),
}

impl ChapterStudy {
    /// Begins studies of [loaded](ChapterData::load) data in a folder, which is created where it
    /// does not exist.
    ///
    /// # Errors
    /// [`StudyError`]: a folder that cannot be written or has a study.
    pub fn create(
        directory: &Path,
        parts: Vec<Part>,
        data: &ChapterData,
    ) -> Result<Self, StudyError> {
        let record = ChapterRecord {
            version: env!("CARGO_PKG_VERSION").into(),
            stand_ins: data.stand_ins,
            parts,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Opens the studies of a folder.
    ///
    /// # Errors
    /// [`StudyError`]: no studies there, or their settings are damaged or out of range.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record): (_, ChapterRecord) = Folder::open(directory)?;
        validate(&record.parts)?;
        Ok(Self { folder, record })
    }

    /// Whether the studies were begun on stand-ins, whatever there was.
    pub fn uses_stand_ins(&self) -> bool {
        self.record.stand_ins
    }

    /// The studies.
    pub fn parts(&self) -> &[Part] {
        &self.record.parts
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of one study.
    pub fn part_directory(&self, part: &Part) -> PathBuf {
        self.directory().join(part.slug())
    }

    /// Trains what is not trained yet, and writes the results of each study when it is complete;
    /// returns early, with `complete` false, when asked to stop.
    ///
    /// # Errors
    /// [`StudyError`]. What was finished before is on disk.
    pub fn run(
        &self,
        data: &ChapterData,
        run: ChapterRun<'_>,
    ) -> Result<ChapterResults, StudyError> {
        let _lock = self.folder.lock()?;
        let mut clock = Clock::new(self.parts(), data);
        let mut results = ChapterResults {
            parts: Vec::new(),
            complete: true,
        };
        for (part, problem) in self.parts().iter().zip(&data.problems) {
            let problem = &**problem;
            if run.stop.is_stopped() {
                results.complete = false;
                return Ok(results);
            }
            let study = self.study(part, problem)?;
            clock.started = Instant::now();
            (run.notify)(ChapterEvent::PartStarted {
                part,
                summary: study.summary(),
                notice: problem.notice().map(str::to_owned),
            });
            let found = study.run(problem, run.stop, run.display, &mut |event| {
                clock.observe(&event, part, problem);
                (run.notify)(ChapterEvent::Training {
                    part,
                    event,
                    done: clock.done,
                    total: clock.total,
                    left: clock.remaining.estimate(),
                });
            })?;
            let table = write_results(&study, &found)?;
            let complete = found.complete;
            if complete {
                let table = &table;
                (run.notify)(ChapterEvent::PartEnded { part, table });
            }
            results.parts.push(PartResult {
                part: part.clone(),
                study,
                results: found,
                table,
            });
            if !complete {
                results.complete = false;
                return Ok(results);
            }
        }
        Ok(results)
    }

    /// Opens a part's study, or begins it.
    fn study(&self, part: &Part, problem: &dyn Problem) -> Result<AlphaStudy, StudyError> {
        let directory = self.part_directory(part);
        match AlphaStudy::exists(&directory) {
            true => AlphaStudy::open(&directory),
            false => AlphaStudy::create(&directory, part.config.clone(), problem),
        }
    }
}

/// The problems of studies with their data, one for each.
pub struct ChapterData {
    problems: Vec<Box<dyn Problem>>,
    stand_ins: bool,
}

impl ChapterData {
    /// Checks settings, and then loads what the studies need, or takes `stand_ins`: what is wrong
    /// is known before anything is trained or written.
    ///
    /// # Errors
    /// [`StudyError`]: settings out of range, damaged files, no place has a data set and the
    /// stand-in is not allowed, or a data set has fewer samples than asked for.
    pub fn load(
        parts: &[Part],
        stand_ins: bool,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Self, StudyError> {
        validate(parts)?;
        let mut problems = Vec::with_capacity(parts.len());
        for part in parts {
            let problem = part.subject.problem(stand_ins, places, progress)?;
            problem.check(&part.config)?;
            problems.push(problem);
        }
        Ok(Self {
            problems,
            stand_ins,
        })
    }
}

fn validate(parts: &[Part]) -> Result<(), StudyError> {
    for part in parts {
        part.config.validate()?;
        part.config.device.open()?;
    }
    Ok(())
}

/// Counts trainings and the time that they take.
struct Clock {
    done: usize,
    total: usize,
    remaining: Remaining,
    started: Instant,
    /// Trainings of the search of one network.
    tried: f64,
}

/// Trainings that the step search of one network takes, roughly.
fn searched(config: &AlphaStudyConfig) -> f64 {
    let trainings = config.search.map_or(0, |_| TYPICAL_STEPS);
    trainings as f64
}

impl Clock {
    fn new(parts: &[Part], data: &ChapterData) -> Self {
        let costs = parts
            .iter()
            .zip(&data.problems)
            .flat_map(|(part, problem)| {
                let cases = part.config.cases().into_iter();
                let repeats = part.config.repeats as f64 + searched(&part.config);
                cases.map(move |case| repeats * training_cost(&part.config, &**problem, case))
            });
        let trainings = parts
            .iter()
            .map(|part| part.config.repeats * part.config.cases().len());
        Self {
            done: 0,
            total: trainings.sum(),
            remaining: Remaining::new(costs),
            started: Instant::now(),
            tried: 0.0,
        }
    }

    fn observe(&mut self, event: &StudyEvent, part: &Part, problem: &dyn Problem) {
        match event {
            StudyEvent::Started { .. } => self.started = Instant::now(),
            StudyEvent::Tried { case, .. } => {
                let cost = training_cost(&part.config, problem, *case);
                self.remaining.trained(cost, self.started.elapsed());
                self.started = Instant::now();
                self.tried += 1.0;
            }
            StudyEvent::StepFound { case, .. } => {
                // Corrects the estimate by what the search really took.
                let rest = searched(&part.config) - self.tried;
                let cost = training_cost(&part.config, problem, *case);
                self.remaining.skip(rest * cost);
                self.tried = 0.0;
            }
            StudyEvent::Skipped { case, .. } => {
                self.done += 1;
                self.remaining
                    .skip(training_cost(&part.config, problem, *case));
            }
            StudyEvent::Ended { case, end, .. } if *end != RunEnd::Interrupted => {
                self.done += 1;
                let cost = training_cost(&part.config, problem, *case);
                self.remaining.trained(cost, self.started.elapsed());
            }
            StudyEvent::Ended { .. } => {}
        }
    }
}
