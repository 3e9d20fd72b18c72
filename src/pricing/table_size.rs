//! Size checks of tables before they are allocated.

use std::sync::OnceLock;

/// Returns the bytes of an array of 8-byte numbers, given the factors of its length; saturates.
pub(crate) fn table_bytes(factors: impl IntoIterator<Item = usize>) -> u128 {
    factors.into_iter().fold(8, |bytes: u128, factor| {
        bytes.saturating_mul(factor as u128)
    })
}

/// Returns the largest accepted size of tables, in bytes: the minimum of the machine's memory, the
/// limit of the container (cgroups v1 and v2) and the limit of the process's address space. It is
/// 64 GiB if none of them is known, and is read once per process.
pub(crate) fn memory_limit() -> u128 {
    static LIMIT: OnceLock<u128> = OnceLock::new();
    *LIMIT.get_or_init(|| limit_of(|path| std::fs::read_to_string(path).ok()))
}

/// Returns the limit given by the files of a Linux system.
fn limit_of(read: impl Fn(&str) -> Option<String>) -> u128 {
    const UNKNOWN: u128 = 64 << 30;
    let number = |text: &str| text.trim().parse::<u128>().ok();
    let after = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        number(line.split_whitespace().next()?)
    };
    let mut limits = Vec::new();
    if let Some(text) = read("/proc/meminfo") {
        limits.extend(after(&text, "MemTotal:").map(|kibibytes| kibibytes << 10));
    }
    if let Some(text) = read("/proc/self/limits") {
        limits.extend(after(&text, "Max address space"));
        limits.extend(after(&text, "Max data size"));
    }
    // Every ancestor of the process's own cgroup limits it too.
    let own = read("/proc/self/cgroup").unwrap_or_default();
    let groups = own.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
    });
    for (controllers, path) in groups {
        let (root, file) = match controllers.as_str() {
            "" => ("/sys/fs/cgroup", "memory.max"),
            names if names.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let mut path = path.trim_end_matches('/');
        loop {
            let limit = read(&format!("{root}{path}/{file}"));
            limits.extend(limit.as_deref().and_then(number));
            match path.rfind('/') {
                Some(place) => path = &path[..place],
                None => break,
            }
        }
    }
    limits.into_iter().min().unwrap_or(UNKNOWN)
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
    fn the_smallest_limit_applies() {
        let files = |files: &'static [(&str, &str)]| {
            limit_of(|path| {
                let found = files.iter().find(|(name, _)| *name == path);
                found.map(|(_, text)| (*text).to_owned())
            })
        };
        const MACHINE: (&str, &str) = (
            "/proc/meminfo",
            "MemTotal:       16000000 kB\nMemFree: 1 kB\n",
        );
        const ULIMIT: (&str, &str) = (
            "/proc/self/limits",
            "Limit   Soft Limit  Hard Limit  Units\nMax address space   8589934592   unlimited   bytes\n",
        );
        assert_eq!(files(&[MACHINE]), 16_000_000 << 10);
        assert_eq!(files(&[MACHINE, ULIMIT]), 8 << 30);
        assert_eq!(
            files(&[
                MACHINE,
                ULIMIT,
                ("/proc/self/cgroup", "0::/jobs/one\n"),
                ("/sys/fs/cgroup/jobs/one/memory.max", "max\n"),
                ("/sys/fs/cgroup/jobs/memory.max", "1073741824\n"),
            ]),
            1 << 30
        );
        assert_eq!(
            files(&[
                MACHINE,
                ("/proc/self/cgroup", "5:cpu:/x\n4:hugetlb,memory:/x\n"),
                (
                    "/sys/fs/cgroup/memory/x/memory.limit_in_bytes",
                    "536870912\n"
                ),
            ]),
            1 << 29
        );
        assert_eq!(files(&[]), 64 << 30);
    }

    #[test]
    fn the_limit_of_this_machine_is_plausible() {
        assert!(memory_limit() > 1 << 26);
    }
}
