use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{CsvOptions, CsvTable, Missing, RegressionSet, housing_stand_in::stand_in_rows};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Provenance, RemoteFile,
    places::{Found, Wanted, first_file},
    unpack,
};

/// The archive of StatLib at the mirror of scikit-learn, with the digest that scikit-learn pins.
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
/// SHA-256 of the 20,640 · 9 numbers in the order of [`COLUMNS`], as little-endian doubles: the
/// same whichever file they come from.
const NUMBERS_SHA256: &str = "a2f4f55ff91c67e60391318ea4d61d247d09f8fef119ec6f44a1eb727d7f1f7b";

/// Which columns the features are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HousingFeatures {
    /// The eight of scikit-learn: `MedInc`, `HouseAge`, `AveRooms`, `AveBedrms`, `Population`,
    /// `AveOccup`, `Latitude`, `Longitude`. Rooms, bedrooms and occupants are per household.
    #[default]
    Derived,
    /// The eight of the file: `longitude`, `latitude`, `housing_median_age`, `total_rooms`,
    /// `total_bedrooms`, `population`, `households`, `median_income`.
    Raw,
}

/// Which house values to load and where they may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HousingRequest {
    /// Where they may come from.
    pub places: DataPlaces,
    /// Which columns the features are.
    pub features: HousingFeatures,
}

/// House values of block groups.
#[derive(Clone, Debug)]
pub struct HousingData {
    /// Features as asked for; the target is `MedHouseVal`, in 100,000 dollars, capped at 5.00001.
    pub set: RegressionSet,
    /// Where they come from.
    pub provenance: Provenance,
    /// One line for people where something else than asked for was loaded.
    pub notice: Option<String>,
}

/// Loads California housing: 20,640 block groups of the 1990 census (Pace and Barry 1997).
///
/// A place holds it as `housing.csv`, plain or .gz, or as StatLib's `cal_housing.data`, also inside
/// `cal_housing.tgz`; the named place may be one of these files. Rows with missing cells, which
/// one circulating copy has, are dropped with a notice.
///
/// # Errors
/// [`DataError`]: a damaged file or one of other columns; and [`DataError::NotFound`] where no
/// place has the data set and the stand-in is not allowed, or a folder was named.
pub fn load_housing(
    request: &HousingRequest,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<HousingData, DataError> {
    let recognise = |place: &Path| first_file(place, &NAMES);
    match request.places.find(&HOUSING, &recognise, progress)? {
        Found::Files(file) => decode(&file, request.features),
        Found::Nowhere { tried } => {
            let mut data = stand_in_housing(request.features);
            data.notice = Some(HOUSING.notice(&tried, &data.provenance.title));
            Ok(data)
        }
    }
}

/// The synthetic stand-in, always the same 20,000 rows: the columns and ranges of California
/// housing, with values from a smooth function.
///
/// ```text
/// value = 100,000 · (0.4 + 0.42 income − 0.008 income²) · exp(−0.35 inland) · exp(0.004 (age − 28)) · noise
/// ```
///
/// `inland` is the distance from a straight coast in degrees of longitude, `noise` is log-normal
/// with σ = 0.15; values are capped as the real ones are.
///
/// These are no houses: errors say nothing about California housing.
pub fn stand_in_housing(features: HousingFeatures) -> HousingData {
    let rows: Vec<Vec<f64>> = stand_in_rows().iter().map(|row| row.to_vec()).collect();
    let set = match regression(features, &rows) {
        Ok(set) => set,
        Err(error) => unreachable!("the stand-in is finite: {error}"),
    };
    HousingData {
        set,
        provenance: Provenance {
            title: "synthetic house values (stand-in for California housing)".into(),
            synthetic: true,
            sha256: Vec::new(),
        },
        notice: None,
    }
}

fn decode(path: &Path, features: HousingFeatures) -> Result<HousingData, DataError> {
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
    let rows: Vec<Vec<f64>> = (read.set.feature_rows().zip(read.set.target_rows()))
        .map(|(features, target)| [features, target].concat())
        .collect();
    let known = digest(&rows) == NUMBERS_SHA256;
    Ok(HousingData {
        set: regression(features, &rows)?,
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

/// A file's content, unpacked, and the name to call it by in messages.
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
        None => Err(unpack::malformed(path, 0, format!("no {MEMBER} in it"))),
    }
}

fn digest(rows: &[Vec<f64>]) -> String {
    let mut digest = Sha256::new();
    for value in rows.iter().flatten() {
        digest.update(value.to_le_bytes());
    }
    unpack::hexadecimal(&digest.finalize())
}

/// From rows of [`COLUMNS`].
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
    Ok(RegressionSet::new(names, &feature_rows, target, &targets)?)
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
