use std::{
    io::{self, Write},
    path::Path,
};

/// Writes a whole file atomically: readers never see a partial file, even after a crash.
#[cfg_attr(
    not(any(feature = "report", feature = "pricing-core")),
    allow(dead_code)
)]
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    prepare(path, content)?
        .persist(path)
        .map_err(|error| error.error)?;
    Ok(())
}

/// Like [`write_whole`], but fails with `AlreadyExists` if the file exists.
#[cfg_attr(
    not(any(feature = "train", feature = "pricing-core")),
    allow(dead_code)
)]
pub(crate) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    prepare(path, content)?
        .persist_noclobber(path)
        .map_err(|error| error.error)?;
    Ok(())
}

fn prepare(path: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; results get the permissions of the umask.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_whole(&dir.path().join("none/file"), b"").is_err());
        let occupied = write_new(&path, b"third").unwrap_err();
        assert_eq!(occupied.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
    }
}
