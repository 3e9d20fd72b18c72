use super::*;
use crate::data::testing::{gzip, npy, write};

fn read(bytes: &[u8]) -> Result<NpyArray, DataError> {
    let dir = tempfile::tempdir().unwrap();
    read_npy(&write(dir.path(), "array.npy", bytes))
}

fn message(bytes: &[u8]) -> String {
    let message = read(bytes).unwrap_err().to_string();
    assert_eq!(message.lines().count(), 1);
    message
}

#[test]
fn every_kind_of_number_is_read() {
    let cases: [(&str, Vec<u8>, [f64; 2]); 10] = [
        (
            "<f4",
            le(&[1.5f32, -0.25].map(f32::to_le_bytes)),
            [1.5, -0.25],
        ),
        (
            "<f8",
            le(&[0.1f64, -1e300].map(f64::to_le_bytes)),
            [0.1, -1e300],
        ),
        (
            "<i8",
            le(&[-3i64, 1 << 40].map(i64::to_le_bytes)),
            [-3.0, 1_099_511_627_776.0],
        ),
        (
            "<i4",
            le(&[-70_000i32, 7].map(i32::to_le_bytes)),
            [-70_000.0, 7.0],
        ),
        (
            "<i2",
            le(&[-300i16, 300].map(i16::to_le_bytes)),
            [-300.0, 300.0],
        ),
        ("|i1", vec![0xff, 0x7f], [-1.0, 127.0]),
        ("|u1", vec![0xff, 0x7f], [255.0, 127.0]),
        ("|b1", vec![1, 0], [1.0, 0.0]),
        (
            "<u4",
            le(&[4_000_000_000u32, 0].map(u32::to_le_bytes)),
            [4e9, 0.0],
        ),
        ("<u8", le(&[5u64, 6].map(u64::to_le_bytes)), [5.0, 6.0]),
    ];
    for (descr, body, expected) in cases {
        for version in [1, 2, 3] {
            let bytes = npy(version, descr, "(2, 1)", &body);
            let array = read(&bytes).unwrap();
            assert_eq!(
                (array.shape, array.values),
                (vec![2, 1], expected.to_vec()),
                "{descr}"
            );
        }
    }
}

fn le<const N: usize>(numbers: &[[u8; N]]) -> Vec<u8> {
    numbers.concat()
}

#[test]
fn shapes_and_packed_files() {
    let one = npy(1, "|u1", "()", &[9]);
    assert_eq!(read(&one).unwrap().shape, Vec::<usize>::new());
    let three = npy(1, "|u1", "(3,)", &[1, 2, 3]);
    assert_eq!(read(&gzip(&three)).unwrap(), read(&three).unwrap());
    assert_eq!(read(&npy(1, "<f4", "(0, 8)", &[])).unwrap().shape, [0, 8]);
}

#[test]
fn invalid_arrays_are_errors() {
    assert!(message(b"PK\x03\x04").contains("it is not a NumPy array file"));
    assert!(message(b"\x93NUMPY\x01\x00\x76").contains("ends inside the header"));
    assert!(
        message(&npy(1, "<f4", "(2,)", &[0; 7])).contains("7 bytes follow the header instead of 8")
    );
    assert!(
        message(&npy(1, ">f8", "(1,)", &[0; 8]))
            .contains("of type >f8 are not supported; save it again")
    );
    assert!(message(&npy(1, "|O", "(1,)", &[0; 8])).contains("|O"));
    assert!(message(&npy(9, "<f4", "(1,)", &[0; 4])).contains("format version 9"));
    let huge = "(9000000000000000000, 9000000000000000000)";
    assert!(message(&npy(1, "<f4", huge, &[])).contains("the size in the header is impossible"));
    let columns = npy(1, "<f4", "(1,)", &[0; 4]);
    let text = String::from_utf8_lossy(&columns).replace("False", "True ");
    // The magic number is not UTF-8 and stays as it was.
    let columns = [&columns[..10], &text.as_bytes()[text.find('{').unwrap()..]].concat();
    assert!(message(&columns).contains("column-major order"));
}
