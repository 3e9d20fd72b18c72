use super::*;
use crate::data::testing::{gzip, tar, write};

const CSV: &str = "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,\
households,median_income,median_house_value,ocean_proximity
-122.23,37.88,41,880,129,322,126,8.3252,452600,NEAR BAY
-122.22,37.86,21,7099,1106,2401,1138,8.3014,358500,NEAR BAY
";
/// The same rows in StatLib's format.
const STATLIB: &str = "-122.230000,37.880000,41.000000,880.000000,129.000000,322.000000,126.000000,8.325200,452600.000000
-122.220000,37.860000,21.000000,7099.000000,1106.000000,2401.000000,1138.000000,8.301400,358500.000000
";

fn stand_in() -> Loaded<RegressionSet> {
    let features = HousingFeatures::Raw;
    CaliforniaHousing { features }.stand_in().unwrap()
}

fn load(dir: &Path, features: HousingFeatures) -> Result<Loaded<RegressionSet>, DataError> {
    let places = DataPlaces {
        dir: Some(dir.into()),
        ..DataPlaces::default()
    };
    CaliforniaHousing { features }.load(&places, &mut |_| {})
}

fn statlib_archive() -> Vec<u8> {
    gzip(&tar(&[
        (
            "CaliforniaHousing/cal_housing.domain",
            b"longitude: continuous.",
        ),
        ("CaliforniaHousing/cal_housing.data", STATLIB.as_bytes()),
    ]))
}

#[test]
fn every_form_of_the_file_has_the_same_rows() {
    let forms: [(&str, Vec<u8>); 5] = [
        ("housing.csv", CSV.into()),
        ("housing.csv.gz", gzip(CSV.as_bytes())),
        ("cal_housing.data", STATLIB.into()),
        ("cal_housing.tgz", statlib_archive()),
        ("housing.csv", CSV.replace('\n', "\r\n").into()),
    ];
    for (name, content) in forms {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), name, &content);
        for place in [dir.path().to_path_buf(), dir.path().join(name)] {
            let data = load(&place, HousingFeatures::Derived).unwrap();
            assert_eq!(data.data.len(), 2, "{name}");
            // The first row of scikit-learn's data set.
            let first = [
                8.3252, 41.0, 6.98412698, 1.02380952, 322.0, 2.55555556, 37.88, -122.23,
            ];
            for (found, published) in data.data.features(0).iter().zip(first) {
                assert!(
                    (found - published).abs() < 1e-8,
                    "{name}: {found} {published}"
                );
            }
            assert!((data.data.targets(0)[0] - 4.526).abs() < 1e-12);
            let title = "house values in the format of California housing";
            assert_eq!(data.provenance.title, title);
            assert!(!data.provenance.synthetic && data.notice.is_none());
        }
        let raw = load(dir.path(), HousingFeatures::Raw).unwrap().data;
        assert_eq!(raw.feature_names(), &COLUMNS[..8]);
        assert_eq!(raw.features(1)[..4], [-122.22, 37.86, 21.0, 7099.0]);
    }
}

#[test]
fn rows_without_bedrooms_are_dropped_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "housing.csv",
        CSV.replace(",129,", ",,").as_bytes(),
    );
    let data = load(dir.path(), HousingFeatures::Derived).unwrap();
    assert_eq!(data.data.len(), 1);
    assert_eq!(data.notice.unwrap(), "dropped 1 row with missing cells");
}

#[test]
fn other_formats_are_rejected_with_their_location() {
    let dir = tempfile::tempdir().unwrap();
    let error = |name: &str, content: &[u8]| {
        let path = write(dir.path(), name, content);
        let error = load(&path, HousingFeatures::Derived)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&path.display().to_string()), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    };
    assert!(error("housing.csv", b"a,b\n1,2\n").contains("has no column median_house_value"));
    assert!(error("cal_housing.data", b"1,2,3\n").contains("line 1 has 3 cells"));
    let households = CSV.replace(",126,", ",0,");
    // Division by zero households.
    let path = write(dir.path(), "housing.csv", households.as_bytes());
    let message = load(&path, HousingFeatures::Derived)
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "row 0, column AveRooms is inf; fix it or leave the row out"
    );
    let empty = gzip(&tar(&[("CaliforniaHousing/other", b"x")]));
    assert!(error("cal_housing.tgz", &empty).contains("it does not contain cal_housing.data"));
    error("cal_housing.tgz", b"<html>not found</html>");
}

#[test]
fn archives_truncated_at_any_byte_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let whole = statlib_archive();
    for length in 0..whole.len() {
        let path = write(dir.path(), "cal_housing.tgz", &whole[..length]);
        let error = load(&path, HousingFeatures::Derived).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn the_stand_in_has_the_ranges_of_the_real_columns() {
    let data = stand_in();
    assert!(data.provenance.synthetic && data.provenance.title.contains("stand-in for"));
    let ranges = [
        (-124.35, -114.31),
        (32.54, 41.95),
        (1.0, 52.0),
        (2.0, 39_320.0),
        (1.0, 8000.0),
        (3.0, 35_682.0),
        (1.0, 6082.0),
        (0.4999, 15.0001),
    ];
    for row in data.data.feature_rows() {
        for (value, (least, most)) in row.iter().zip(ranges) {
            assert!((least..=most).contains(value), "{row:?}");
        }
    }
    let targets: Vec<f64> = data.data.target_rows().map(|row| row[0]).collect();
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    assert!((1.5..2.5).contains(&mean), "{mean}");
    assert!(
        targets
            .iter()
            .all(|value| (0.149_99..=5.000_01).contains(value))
    );
    // The same on every call; computed with rand 0.10.4 and rand_distr 0.6.
    let again = stand_in();
    assert_eq!(again.data, data.data);
    assert_eq!(data.data.features(0)[2..7], DRAWN);
}

const DRAWN: [f64; 5] = [27.0, 1255.0, 243.0, 824.0, 232.0];
