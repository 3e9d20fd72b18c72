use super::*;
use crate::data::testing::{gzip, idx, write};

const PIXELS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255];

fn images() -> Vec<u8> {
    idx(IMAGES_MAGIC, &[2, 2, 3], &PIXELS)
}

fn problem(bytes: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "images", bytes);
    let message = read_idx_images(&path).unwrap_err().to_string();
    assert!(
        message.starts_with(&path.display().to_string()),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

#[test]
fn plain_and_compressed_files_read_alike() {
    let dir = tempfile::tempdir().unwrap();
    let plain = write(dir.path(), "plain", &images());
    let packed = write(dir.path(), "packed", &gzip(&images()));
    let read = read_idx_images(&plain).unwrap();
    assert_eq!([read.count, read.rows, read.columns], [2, 2, 3]);
    assert_eq!(read.pixels, PIXELS);
    assert_eq!(read, read_idx_images(&packed).unwrap());
}

#[test]
fn truncation_at_any_byte_is_detected() {
    for packed in [false, true] {
        let whole = if packed { gzip(&images()) } else { images() };
        for length in 0..whole.len() {
            problem(&whole[..length]);
        }
    }
    assert!(
        problem(&images()[..20]).contains("at byte 20 (unpacked): the file ends 8 bytes early")
    );
}

#[test]
fn bytes_beyond_the_announced_size_are_an_error() {
    let mut long = images();
    long.push(0);
    assert!(problem(&long).contains("at byte 28 (unpacked): the file is longer than"));
}

#[test]
fn flipped_bits_in_a_compressed_file_never_change_the_images() {
    let pixels: Vec<u8> = (0..784u32).map(|i| (i * i % 251) as u8).collect();
    let whole = gzip(&idx(IMAGES_MAGIC, &[1, 28, 28], &pixels));
    let dir = tempfile::tempdir().unwrap();
    let mut found = 0;
    // The ten bytes of the gzip header contain no image data.
    for position in 10..whole.len() {
        let mut bytes = whole.clone();
        bytes[position] ^= 0x10;
        match read_idx_images(&write(dir.path(), "images", &bytes)) {
            Ok(images) => assert_eq!(images.pixels, pixels, "byte {position}"),
            Err(DataError::Malformed { .. }) => found += 1,
            Err(other) => panic!("byte {position}: {other}"),
        }
    }
    // Only padding between the deflate stream and its checksum may change unnoticed.
    assert!(
        found >= whole.len() - 10 - 1,
        "{found} of {}",
        whole.len() - 10
    );
}

#[test]
fn files_with_another_magic_number_are_rejected() {
    let labels = idx(LABELS_MAGIC, &[3], &[1, 2, 3]);
    assert!(problem(&labels).contains("magic number 0x00000801"));
    problem(b"<html>not found</html>");
}

#[test]
fn impossible_sizes_are_rejected_before_allocation() {
    for sizes in [
        [u32::MAX, u32::MAX, 1],
        [u32::MAX; 3],
        [1 << 31, 1 << 31, 4],
    ] {
        let header = idx(IMAGES_MAGIC, &sizes, &[]);
        assert!(
            problem(&header).contains("the header specifies"),
            "{sizes:?}"
        );
    }
}

#[test]
fn images_without_pixels_are_rejected() {
    for sizes in [[5, 0, 28], [5, 28, 0]] {
        assert!(problem(&idx(IMAGES_MAGIC, &sizes, &[])).contains("images of "));
    }
}

#[test]
fn labels_must_be_classes() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "labels", &idx(LABELS_MAGIC, &[3], &[0, 9, 10]));
    let error = read_idx_labels(&path, 10).unwrap_err().to_string();
    assert!(
        error.contains("at byte 10") && error.contains("label 10"),
        "{error}"
    );
    assert_eq!(read_idx_labels(&path, 11).unwrap().labels, [0, 9, 10]);
    assert!(read_idx_labels(&path, 0).is_err());
}

#[test]
fn a_missing_file_is_named() {
    let error = read_idx_images(Path::new("no/such/file")).unwrap_err();
    assert!(matches!(error, DataError::File(_)));
    assert!(error.to_string().starts_with("cannot use no/such/file: "));
}
