use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{CsvOptions, CsvTable, Missing, RegressionSet, housing_stand_in::stand_in_rows};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source,
    places::{Wanted, first_file},
    remote::RemoteFile,
    unpack,
};

/// StatLib's archive at the mirror of scikit-learn, with the SHA-256 from scikit-learn.
const HOUSING: Wanted = Wanted {
    slug: "california-housing",
    title: "California housing",
    mirrors: &["https://ndownloader.figshare.com/files"],
    files: &[RemoteFile::packed(
        ARCHIVE,
        "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
    )
    .with_remote_name("5976036")],
};
const ARCHIVE: &str = "cal_housing.tgz";
/// The file inside the archive.
const MEMBER: &str = "cal_housing.data";
const NAMES: [&str; 5] = [
    "housing.csv.gz",
    "housing.csv",
    MEMBER,
    "CaliforniaHousing/cal_housing.data",
    ARCHIVE,
];
/// The columns of StatLib's file, which has no header; `housing.csv` has them with one.
const COLUMNS: [&str; 9] = [
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
    "median_house_value",
];
/// SHA-256 of the 20,640 · 9 numbers in the order of [`COLUMNS`], as little-endian doubles:
/// independent of the file that they come from.
const NUMBERS_SHA256: &str = "a2f4f55ff91c67e60391318ea4d61d247d09f8fef119ec6f44a1eb727d7f1f7b";

/// Choice of the feature columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HousingFeatures {
    /// The eight features of scikit-learn: `MedInc`, `HouseAge`, `AveRooms`, `AveBedrms`,
    /// `Population`, `AveOccup`, `Latitude`, `Longitude`. Rooms, bedrooms and occupants are per
    /// household.
    #[default]
    Derived,
    /// The eight columns of the file: `longitude`, `latitude`, `housing_median_age`, `total_rooms`,
    /// `total_bedrooms`, `population`, `households`, `median_income`.
    Raw,
}

/// California housing: 20,640 block groups of the 1990 census (Pace and Barry 1997).
///
/// The target is `MedHouseVal`, in 100,000 dollars, capped at 5.00001. The data are read from
/// `housing.csv`, plain or .gz, or StatLib's `cal_housing.data`, also inside `cal_housing.tgz`;
/// [`DataPlaces::dir`] may be one of these files. Rows with missing cells, which occur in one
/// common copy, are dropped with a notice.
///
/// The stand-in has 20,000 generated rows with the columns and ranges of the data:
///
/// ```text
/// value = 100,000 · (0.4 + 0.42 income − 0.008 income²) · exp(−0.35 inland) · exp(0.004 (age − 28)) · noise
/// ```
///
/// `inland` is the distance from a straight coast in degrees of longitude, `noise` is log-normal
/// with σ = 0.15; values are capped like the real ones. Errors on it do not carry over to
/// California housing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaliforniaHousing {
    /// Choice of the feature columns.
    pub features: HousingFeatures,
}

impl Source for CaliforniaHousing {
    type Data = RegressionSet;

    fn title(&self) -> &'static str {
        HOUSING.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<RegressionSet>, DataError> {
        let recognize = |place: &Path| first_file(place, &NAMES);
        let read = |file: PathBuf| decode(&file, self.features);
        HOUSING.load(places, &recognize, progress, read, || self.stand_in())
    }

    fn stand_in(&self) -> Result<Loaded<RegressionSet>, DataError> {
        let rows: Vec<Vec<f64>> = stand_in_rows().iter().map(|row| row.to_vec()).collect();
        let set = regression(self.features, &rows)?;
        let title = "synthetic house values (stand-in for California housing)";
        Ok(Loaded::new(set, Provenance::drawn(title)))
    }
}

fn decode(path: &Path, features: HousingFeatures) -> Result<Loaded<RegressionSet>, DataError> {
    let (path, bytes) = content(path)?;
    let headless = path.ends_with(MEMBER);
    let header = headless.then_some(&COLUMNS[..]);
    let table = CsvTable::parse(&path, &bytes, Some(','), header)?;
    let all = |name: &str| name.to_owned();
    let options = CsvOptions {
        targets: COLUMNS[8..].iter().map(|&name| all(name)).collect(),
        features: COLUMNS[..8].iter().map(|&name| all(name)).collect(),
        missing: Missing::Drop,
        ..CsvOptions::default()
    };
    let read = table.regression(&options)?;
    let rows: Vec<Vec<f64>> = (read
        .data
        .set
        .feature_rows()
        .zip(read.data.set.target_rows()))
    .map(|(features, target)| [features, target].concat())
    .collect();
    let known = digest(&rows) == NUMBERS_SHA256;
    Ok(Loaded {
        data: regression(features, &rows)?,
        notice: read.notice,
        provenance: Provenance {
            title: match known {
                true => HOUSING.title.into(),
                false => format!("house values in the format of {}", HOUSING.title),
            },
            ..read.provenance
        },
    })
}

/// Returns a file's content, unpacked, and its name in messages.
fn content(path: &Path) -> Result<(PathBuf, Vec<u8>), DataError> {
    if !path.ends_with(ARCHIVE) {
        return Ok((path.into(), unpack::read(path)?));
    }
    let mut bytes = None;
    unpack::each_member(path, &mut |name, member| {
        if name.ends_with(MEMBER) && bytes.is_none() {
            let mut content = Vec::new();
            member.read_to_end(&mut content)?;
            bytes = Some(content);
        }
        Ok(())
    })?;
    match bytes {
        Some(bytes) => Ok((path.join(MEMBER), bytes)),
        None => Err(unpack::malformed(
            path,
            0,
            format!("it does not contain {MEMBER}"),
        )),
    }
}

fn digest(rows: &[Vec<f64>]) -> String {
    let mut digest = Sha256::new();
    for value in rows.iter().flatten() {
        digest.update(value.to_le_bytes());
    }
    unpack::hexadecimal(&digest.finalize())
}

/// Builds the set from rows of [`COLUMNS`].
fn regression(features: HousingFeatures, rows: &[Vec<f64>]) -> Result<RegressionSet, DataError> {
    let names: [&str; 8] = match features {
        HousingFeatures::Raw => std::array::from_fn(|column| COLUMNS[column]),
        HousingFeatures::Derived => [
            "MedInc",
            "HouseAge",
            "AveRooms",
            "AveBedrms",
            "Population",
            "AveOccup",
            "Latitude",
            "Longitude",
        ],
    };
    let feature_rows: Vec<Vec<f64>> = (rows.iter())
        .map(|row| match features {
            HousingFeatures::Raw => row[..8].to_vec(),
            HousingFeatures::Derived => derived(row),
        })
        .collect();
    let targets: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[8] / 100_000.0]).collect();
    let names = names.map(String::from).to_vec();
    let target = vec!["MedHouseVal".into()];
    RegressionSet::new(names, &feature_rows, target, &targets)
}

fn derived(row: &[f64]) -> Vec<f64> {
    let households = row[6];
    vec![
        row[7],
        row[2],
        row[3] / households,
        row[4] / households,
        row[5],
        row[5] / households,
        row[1],
        row[0],
    ]
}

#[cfg(test)]
#[path = "housing_tests.rs"]
mod tests;
