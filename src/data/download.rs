use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256};
use ureq::{Agent, http::StatusCode};

use super::{
    DataError,
    remote::{Checksum, RemoteFile},
    unpack::{self, hexadecimal},
};

/// Progress of the download of one file.
#[derive(Clone, Copy, Debug)]
pub struct DownloadProgress<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Bytes on disk, including those of an earlier, interrupted download.
    pub received: u64,
    /// Total size in bytes, if the server reports it.
    pub total: Option<u64>,
}

/// Downloads files into a folder, each only once.
///
/// The received part is kept in `<name>.part` and resumed by the next call. A complete file is
/// checked against its [`Checksum`] and renamed in one step. A lock on `<name>.lock`, which is not
/// deleted, excludes other processes.
#[derive(Debug)]
pub(super) struct Download<'a> {
    /// URLs of folders that hold the files, tried in order.
    pub(super) mirrors: &'a [&'a str],
    /// The folder to download to; created if it does not exist.
    pub(super) dir: &'a Path,
}

impl Download<'_> {
    /// Makes sure that `file` is in the folder, and returns its path.
    ///
    /// # Errors
    /// Returns [`DataError::Download`] of the last mirror if all mirrors fail,
    /// [`DataError::Checksum`] if a mirror sends a different file, and [`DataError::File`] if the
    /// folder is not writable.
    pub(super) fn fetch(
        &self,
        file: &RemoteFile,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<PathBuf, DataError> {
        let path = self.dir.join(file.name);
        if path.is_file() {
            return Ok(path);
        }
        fs::create_dir_all(self.dir).map_err(DataError::io(self.dir))?;
        let part = self.dir.join(format!("{}.part", file.name));
        let lock_path = self.dir.join(format!("{}.lock", file.name));
        let lock = open_part(&lock_path)?;
        lock.lock().map_err(DataError::io(&lock_path))?;
        if path.is_file() {
            // Another process finished the download while this one waited.
            return Ok(path);
        }
        let mut result = Err(DataError::Download {
            url: file.name.into(),
            reason: "no mirror is known".into(),
        });
        for mirror in self.mirrors {
            let url = format!("{mirror}/{}", file.remote_name);
            result = self.attempt(&url, file, &part, progress);
            if result.is_ok() {
                fs::rename(&part, &path).map_err(DataError::io(&path))?;
                return Ok(path);
            }
        }
        // Delete an empty part file.
        if fs::metadata(&part).is_ok_and(|meta| meta.len() == 0) {
            let _ = fs::remove_file(&part);
        }
        result.map(|()| path)
    }

    /// Receives and verifies a file. Restarts from scratch if the part of an earlier download,
    /// perhaps from another mirror, does not match.
    fn attempt(
        &self,
        url: &str,
        file: &RemoteFile,
        part: &Path,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<(), DataError> {
        let continued = fs::metadata(part).is_ok_and(|meta| meta.len() > 0);
        receive(url, file, part, progress)?;
        match verify(url, file, part) {
            Err(DataError::Checksum { .. }) if continued => {
                receive(url, file, part, progress)?;
                verify(url, file, part)
            }
            result => result,
        }
    }
}

fn open_part(part: &Path) -> Result<File, DataError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(part)
        .map_err(DataError::io(part))
}

fn receive(
    url: &str,
    file: &RemoteFile,
    part: &Path,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<(), DataError> {
    let failed = |reason: String| DataError::Download {
        url: url.into(),
        reason,
    };
    let mut output = open_part(part)?;
    let mut received = output.seek(SeekFrom::End(0)).map_err(DataError::io(part))?;
    let agent: Agent = Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(10)))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_per_read(Some(Duration::from_secs(30)))
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(url);
    if received > 0 {
        request = request.header("Range", format!("bytes={received}-"));
    }
    // Connecting can take a while on a network that drops packets.
    progress(DownloadProgress {
        file: file.name,
        received,
        total: None,
    });
    let mut response = request.call().map_err(|error| failed(error.to_string()))?;
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {}
        // The server has no further bytes: let the checksum decide.
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(()),
        StatusCode::OK => {
            // The server ignores ranges: restart.
            output.set_len(0).map_err(DataError::io(part))?;
            output.rewind().map_err(DataError::io(part))?;
            received = 0;
        }
        status => return Err(failed(format!("the server answers {status}"))),
    }
    let total = response
        .headers()
        .get("content-length")
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .map(|rest| received + rest);
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        progress(DownloadProgress {
            file: file.name,
            received,
            total,
        });
        let count = body
            .read(&mut buffer)
            .map_err(|error| failed(error.to_string()))?;
        if count == 0 {
            break;
        }
        output
            .write_all(&buffer[..count])
            .map_err(DataError::io(part))?;
        received += count as u64;
    }
    match total {
        Some(total) if received < total => Err(failed(format!(
            "the connection ended after {received} of {total} bytes"
        ))),
        _ => Ok(()),
    }
}

fn verify(url: &str, file: &RemoteFile, part: &Path) -> Result<(), DataError> {
    let digest = match file.checksum {
        Checksum::Unpacked(_) => sha256_unpacked(part),
        Checksum::Packed(_) => sha256_packed(part),
    };
    let found = digest.unwrap_or_else(|_| "none: it is damaged".into());
    if found == file.sha256() {
        return Ok(());
    }
    // Resuming cannot fix a wrong file.
    open_part(part)?.set_len(0).map_err(DataError::io(part))?;
    Err(DataError::Checksum {
        url: url.into(),
        expected: file.sha256().into(),
        found,
    })
}

/// Returns the SHA-256 of a file's content, unpacked if it is gzip-compressed.
pub(super) fn sha256_unpacked(path: &Path) -> Result<String, DataError> {
    sha256_of(unpack::open(path)?).map_err(DataError::io(path))
}

/// Returns the SHA-256 of a file as stored.
pub(super) fn sha256_packed(path: &Path) -> Result<String, DataError> {
    let digest = File::open(path).and_then(sha256_of);
    digest.map_err(DataError::io(path))
}

fn sha256_of(mut reader: impl Read) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        digest.update(&buffer[..count]);
    }
    Ok(hexadecimal(&digest.finalize()))
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
