//! Sizes of tables that users may ask for, checked before anything is allocated.

/// The bytes of `cells` numbers of eight bytes, with `cells` given as factors; saturates.
pub(crate) fn table_bytes(factors: impl IntoIterator<Item = usize>) -> u128 {
    factors.into_iter().fold(8, |bytes: u128, factor| {
        bytes.saturating_mul(factor as u128)
    })
}

/// How many bytes of tables are accepted: the machine's memory where the system tells it, and
/// 64 GiB where not.
pub(crate) fn memory_limit() -> u128 {
    const UNKNOWN: u128 = 64 << 30;
    let Ok(text) = std::fs::read_to_string("/proc/meminfo") else {
        return UNKNOWN;
    };
    text.lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|number| number.trim().parse::<u128>().ok())
        .map_or(UNKNOWN, |kibibytes| kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_saturate_instead_of_wrapping() {
        assert_eq!(table_bytes([15, 15, 15]), 27_000);
        assert_eq!(table_bytes([usize::MAX; 9]), u128::MAX);
        assert_eq!(table_bytes([]), 8);
    }

    #[test]
    fn the_limit_is_a_real_machine() {
        assert!(memory_limit() > 1 << 26);
    }
}
