//! The same numbers on every backend that is compiled in.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod agreement;
mod common;

use fireweed::device::{DeviceSpec, compiled_in};

/// The comparisons below compare nothing where no other backend is compiled in; continuous
/// integration runs them with this feature.
#[cfg(feature = "ndarray")]
#[test]
fn the_ndarray_device_is_among_those_compared() {
    assert!(
        common::other_devices()
            .iter()
            .any(|(spec, _)| spec.name == fireweed::device::DeviceName::NdArray)
    );
}

#[test]
fn a_device_opens_twice_and_errors_are_one_line() {
    for name in compiled_in() {
        let spec = DeviceSpec { name, index: None };
        match (spec.open(), spec.open()) {
            (Ok(first), Ok(second)) => assert_eq!(first, second),
            (Err(first), Err(second)) => {
                assert_eq!(first, second);
                assert_eq!(first.to_string().lines().count(), 1, "{first}");
            }
            (first, second) => panic!("{name}: {first:?} and then {second:?}"),
        }
    }
}
