use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    data::{
        CaliforniaHousing, CsvOptions, DataError, DataPlaces, DownloadProgress, IdxFolder,
        ImageFolder, ImageSet, Imdb, LabeledTexts, Loaded, Missing, RegressionSet, Review, Source,
        Splits, SyntheticFunction, TextFile, image_source, read_regression_csv,
    },
    overparam::InputMap,
    study::{
        CnnFamily, FunctionProblem, ImageProblem, MlpFamily, Problem, RegressionLossKind,
        RnnFamily, StudyError, TableProblem, TextProblem, TransformerFamily,
    },
};

/// What an experiment learns, in a form that is stored in its folder: a study is continued by
/// building its [`Problem`] again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Subject {
    /// Classes of images.
    Images {
        /// The name of the data set, see [`image_source`].
        images: String,
        /// The networks.
        network: ImageNetworks,
    },
    /// Classes of your own images: a folder of PNG files by class, or of IDX files.
    OwnImages {
        /// The folder.
        path: PathBuf,
        /// The networks.
        network: ImageNetworks,
    },
    /// Whether film reviews of IMDb are positive.
    Reviews(TextReading),
    /// Classes of your own texts.
    OwnTexts {
        /// The table of texts.
        path: PathBuf,
        /// Name of the column with the texts.
        text_column: Option<String>,
        /// Name of the column with the classes.
        label_column: Option<String>,
        /// How they are read.
        #[serde(flatten)]
        reading: TextReading,
    },
    /// The synthetic function.
    Function {
        /// Whether inputs are on the unit sphere.
        unit_sphere: bool,
        /// How they are learned.
        #[serde(flatten)]
        learning: Learning,
    },
    /// House prices in California.
    Housing(Learning),
    /// A table of your own.
    OwnTable {
        /// The file.
        path: PathBuf,
        /// Names of the columns to predict; the last column of numbers if there are none.
        targets: Vec<String>,
        /// Names of the columns to ignore.
        #[serde(default)]
        leave_out: Vec<String>,
        /// Whether rows with missing cells are left out; they are an error otherwise.
        #[serde(default)]
        drop_missing: bool,
        /// How it is learned.
        #[serde(flatten)]
        learning: Learning,
    },
}

/// Networks for images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "network")]
pub enum ImageNetworks {
    /// [`MlpFamily`].
    Mlp(MlpFamily),
    /// [`CnnFamily`].
    Cnn,
}

/// How texts become tokens, and which networks read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReading {
    /// The networks.
    #[serde(flatten)]
    pub network: TextNetworks,
    /// Number of different tokens, padding and unknown words included.
    pub vocabulary: usize,
    /// Words of a text that are read, from its end.
    pub length: usize,
}

/// Networks for texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "network")]
pub enum TextNetworks {
    /// [`RnnFamily`].
    Rnn,
    /// [`TransformerFamily`].
    Transformer(TransformerFamily),
}

/// How rows of numbers are learned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learning {
    /// How rows enter the networks.
    pub input_map: InputMap,
    /// What gradient descent minimizes.
    #[serde(flatten)]
    pub loss: RegressionLossKind,
}

/// Loads a source, or takes its stand-in.
struct Loader<'a> {
    stand_ins: bool,
    places: &'a DataPlaces,
    progress: &'a mut dyn FnMut(DownloadProgress<'_>),
}

impl Loader<'_> {
    fn load<T>(&mut self, source: &dyn Source<Data = T>) -> Result<Loaded<T>, DataError> {
        match self.stand_ins {
            true => source.stand_in(),
            false => source.load(self.places, self.progress),
        }
    }
}

impl Subject {
    /// Loads the data and builds the problem; with `stand_ins`, from the synthetic stand-ins.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the data cannot be loaded.
    pub fn problem(
        &self,
        stand_ins: bool,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Box<dyn Problem>, StudyError> {
        let mut loader = Loader {
            stand_ins,
            places,
            progress,
        };
        Ok(match self {
            Self::Images { images, network } => {
                let source = image_source(images).ok_or_else(|| {
                    StudyError::setting(
                        "images",
                        images,
                        "fashion-mnist, mnist, cifar10 or cifar100",
                    )
                })?;
                of_images(loader.load(&*source)?, *network)
            }
            Self::OwnImages { path, network } => {
                let path = path.clone();
                let images = match IdxFolder::recognizes(&path) {
                    true => loader.load(&IdxFolder { path })?,
                    false => loader.load(&ImageFolder { path })?,
                };
                of_images(images, *network)
            }
            Self::Reviews(reading) => {
                let texts = |reviews: &Vec<Review>| LabeledTexts::from(&reviews[..]);
                let reviews = loader.load(&Imdb)?;
                of_texts(reviews.map(|reviews| reviews.map(texts)), *reading)
            }
            Self::OwnTexts {
                path,
                text_column,
                label_column,
                reading,
            } => {
                let file = TextFile {
                    path: path.clone(),
                    text_column: text_column.clone(),
                    label_column: label_column.clone(),
                };
                of_texts(loader.load(&file)?, *reading)
            }
            Self::Function {
                unit_sphere,
                learning: Learning { input_map, loss },
            } => {
                let function = SyntheticFunction {
                    unit_sphere: *unit_sphere,
                };
                Box::new(FunctionProblem::new(function, *input_map, *loss))
            }
            Self::Housing(learning) => {
                of_table(loader.load(&CaliforniaHousing::default())?, *learning)
            }
            Self::OwnTable {
                path,
                targets,
                leave_out,
                drop_missing,
                learning,
            } => {
                let options = CsvOptions {
                    targets: targets.clone(),
                    leave_out: leave_out.clone(),
                    missing: match drop_missing {
                        true => Missing::Drop,
                        false => Missing::Refuse,
                    },
                    ..CsvOptions::default()
                };
                let table = read_regression_csv(path, &options)?;
                of_table(table.map(|table| table.set), *learning)
            }
        })
    }
}

fn of_images(images: Loaded<Splits<ImageSet>>, network: ImageNetworks) -> Box<dyn Problem> {
    match network {
        ImageNetworks::Mlp(family) => Box::new(ImageProblem::new(images, family)),
        ImageNetworks::Cnn => Box::new(ImageProblem::new(images, CnnFamily)),
    }
}

fn of_texts(texts: Loaded<Splits<LabeledTexts>>, reading: TextReading) -> Box<dyn Problem> {
    let TextReading {
        network,
        vocabulary,
        length,
    } = reading;
    match network {
        TextNetworks::Rnn => Box::new(TextProblem::new(texts, vocabulary, length, RnnFamily)),
        TextNetworks::Transformer(family) => {
            Box::new(TextProblem::new(texts, vocabulary, length, family))
        }
    }
}

fn of_table(table: Loaded<RegressionSet>, learning: Learning) -> Box<dyn Problem> {
    let Learning { input_map, loss } = learning;
    Box::new(TableProblem {
        table,
        input_map,
        loss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_round_trip_through_json() {
        let learning = Learning {
            input_map: InputMap::RawWithConstant,
            loss: RegressionLossKind::Reweighted { temperature: 2.0 },
        };
        let reading = |network| TextReading {
            network,
            vocabulary: 100,
            length: 7,
        };
        let mlp = ImageNetworks::Mlp(MlpFamily {
            input_map: InputMap::Unit,
        });
        let subjects = [
            Subject::Images {
                images: "mnist".into(),
                network: mlp,
            },
            Subject::OwnImages {
                path: "photos".into(),
                network: ImageNetworks::Cnn,
            },
            Subject::Reviews(reading(TextNetworks::Rnn)),
            Subject::OwnTexts {
                path: "texts.csv".into(),
                text_column: None,
                label_column: Some("topic".into()),
                reading: reading(TextNetworks::Transformer(TransformerFamily { heads: 2 })),
            },
            Subject::Function {
                unit_sphere: true,
                learning,
            },
            Subject::Housing(learning),
            Subject::OwnTable {
                path: "table.csv".into(),
                targets: vec!["y".into()],
                leave_out: vec!["id".into()],
                drop_missing: true,
                learning,
            },
        ];
        for subject in subjects {
            let json = serde_json::to_string(&subject).unwrap();
            assert_eq!(
                serde_json::from_str::<Subject>(&json).unwrap(),
                subject,
                "{json}"
            );
        }
    }
}
