use burn::data::dataset::Dataset;

use super::*;
use crate::data::testing::{gzip, tar, write};

/// Pixel `i` of image `n` of file `file` is (7 n + i + file) mod 256.
fn records(labels: &[u8], file: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (n, &label) in labels.iter().enumerate() {
        bytes.push(label);
        bytes.extend((0..PIXELS).map(|i| (7 * n + i + file) as u8));
    }
    bytes
}

fn parse(bytes: &[u8], size: Option<usize>) -> Result<Records, DataError> {
    Records::parse(Path::new("batch.bin"), bytes, size)
}

fn problem(bytes: &[u8], size: Option<usize>) -> String {
    let message = parse(bytes, size).unwrap_err().to_string();
    assert!(
        message.starts_with("batch.bin is damaged at byte "),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1);
    message
}

fn load(dir: &Path) -> Result<Loaded<Splits<ImageSet>>, DataError> {
    let places = DataPlaces {
        dir: Some(dir.into()),
        ..DataPlaces::default()
    };
    Cifar10.load(&places, &mut |_| {})
}

#[test]
fn records_are_planes_of_red_green_and_blue() {
    let images = parse(&records(&[3, 9], 0), None).unwrap().images();
    assert_eq!((images.channels(), images.image_size()), (3, [32, 32]));
    assert_eq!(images.pixels_per_image(), 3072);
    assert_eq!(images.labels().collect::<Vec<_>>(), [3, 9]);
    let item = images.get(1).unwrap();
    // Channel 2, row 5, column 6: byte 2 · 1024 + 5 · 32 + 6.
    let expected = (7 + 2048 + 166) % 256;
    assert_eq!(item.pixels[2048 + 166], expected as f32 / 255.0);
    assert_eq!(item.label, 9);
}

#[test]
fn truncation_at_any_byte_is_detected() {
    let whole = records(&[1, 2], 0);
    for length in 0..whole.len() {
        // Without a published size, whole records are a shorter file.
        assert_eq!(
            parse(&whole[..length], None).is_ok(),
            length == RECORD,
            "{length}"
        );
        problem(&whole[..length], Some(2));
    }
    assert!(
        problem(&whole[..4000], None)
            .contains("byte 4000 (unpacked): the file ends 2146 bytes early")
    );
    let long = records(&[1, 2, 3], 0);
    assert!(
        problem(&long, Some(2)).contains("byte 6146 (unpacked): the file is longer than 2 images")
    );
}

#[test]
fn labels_above_nine_are_an_error_with_their_place() {
    let message = problem(&records(&[0, 9, 10], 0), None);
    assert!(
        message.contains("byte 6146") && message.contains("label 10"),
        "{message}"
    );
    // Another format: the first byte is not a label.
    let png: Vec<u8> = b"\x89PNG".iter().copied().cycle().take(RECORD).collect();
    assert!(problem(&png, None).contains("label 137"));
}

#[test]
fn batches_are_joined_in_order_from_folder_and_archive() {
    let contents: Vec<Vec<u8>> = (0..6u8)
        .map(|file| records(&[file, 9 - file], usize::from(file)))
        .collect();
    let paths: Vec<String> = BATCHES
        .iter()
        .map(|(name, _)| format!("{FOLDER}/{name}"))
        .collect();
    // The order inside the archive is not the order of the data set.
    let members: Vec<(&str, &[u8])> = (paths.iter().zip(&contents).rev())
        .map(|(path, content)| (path.as_str(), content.as_slice()))
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), ARCHIVE, &gzip(&tar(&members)));
    let data = complete(archive(&path, 2).unwrap());
    let labels: Vec<u8> = data.data.train.labels().collect();
    assert_eq!(labels, [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]);
    assert_eq!(data.data.test.labels().collect::<Vec<_>>(), [5, 4]);
    assert_eq!(data.data.train.get(4).unwrap().pixels[0], 2.0 / 255.0);
    assert_eq!(data.provenance.title, "images in the format of CIFAR-10");
    assert_eq!(data.provenance.sha256.len(), 6);

    let found = Files::find(dir.path()).unwrap();
    assert_eq!(found, Files::Archive(path.clone()));
    assert_eq!(Files::find(&path), Some(found));
    // Unpacked files come first; these are of the wrong size.
    std::fs::create_dir(dir.path().join(FOLDER)).unwrap();
    for (name, content) in paths.iter().zip(&contents) {
        write(dir.path(), &format!("{name}.gz"), &gzip(content));
    }
    let message = load(dir.path()).unwrap_err().to_string();
    assert!(
        message.contains("data_batch_1.bin.gz is damaged at byte 6146"),
        "{message}"
    );
}

#[test]
fn an_archive_that_lacks_a_file_or_is_damaged_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let content = records(&[1], 0);
    let member = format!("{FOLDER}/data_batch_1.bin");
    let whole = gzip(&tar(&[(&member, &content)]));
    let path = write(dir.path(), ARCHIVE, &whole);
    let message = load(dir.path()).unwrap_err().to_string();
    assert!(
        message.contains("cifar-10-binary.tar.gz/data_batch_1.bin is damaged"),
        "{message}"
    );
    let message = archive(&path, 1).unwrap_err().to_string();
    assert!(
        message.contains("it does not contain data_batch_2.bin"),
        "{message}"
    );
    for length in (0..whole.len()).step_by(7) {
        write(dir.path(), ARCHIVE, &whole[..length]);
        let error = archive(&path, 1).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{length}: {error}"
        );
    }
    for position in (10..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0x10;
        write(dir.path(), ARCHIVE, &bytes);
        let error = archive(&path, 1).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{position}: {error}"
        );
    }
}

#[test]
fn titles_of_parts_name_the_part() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "train_first4000.bin.gz",
        &gzip(&records(&[6, 9, 9], 0)),
    );
    assert!(load(dir.path()).is_err(), "the test part is missing");
    write(dir.path(), "test_1000_from_jpeg.bin", &records(&[0, 1], 1));
    let data = load(dir.path()).unwrap();
    assert_eq!((data.data.train.len(), data.data.test.len()), (3, 2));
    assert_eq!(
        data.provenance.title,
        "images in the format of CIFAR-10 (part: 3 training images, 2 test images)"
    );
}
