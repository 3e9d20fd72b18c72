use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    SessionRecord, Shard, Sweep, SweepError, error::io, folder::Manifest, record::checksum,
};

const MAGIC: &[u8; 8] = b"FWSWEEP1";
/// Largest size of a header, in bytes.
const LONGEST: usize = 1 << 20;
/// Time between syncs: a crash of the machine, not of the process, loses at most these sessions.
const BETWEEN_SYNCS: Duration = Duration::from_secs(2);

/// The header of a file of results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    manifest: Manifest,
    shard: u32,
    measures: Vec<String>,
}

/// The format of the results of one shard: a header, then a frame of equal length for each session.
///
/// ```text
/// "FWSWEEP1"   length of the header: u32   header: JSON   checksum: 8 bytes
/// then for each session: point: u32   session: u32   measures: f64 each   checksum: 8 bytes
/// ```
///
/// All numbers are little-endian; a checksum is the first bytes of the SHA-256 of the content since
/// the last checksum.
#[derive(Clone, Debug)]
pub(super) struct ShardFormat {
    header: Header,
    begin: Vec<u8>,
}

impl ShardFormat {
    pub(super) fn new(sweep: &Sweep, shard: Shard) -> Result<Self, SweepError> {
        let header = Header {
            manifest: Manifest::of(sweep, shard.count()),
            shard: shard.index(),
            measures: sweep.measures().to_vec(),
        };
        let text = serde_json::to_vec(&header).map_err(|error| SweepError::Config {
            reason: error.to_string(),
        })?;
        let mut begin = MAGIC.to_vec();
        begin.extend((text.len() as u32).to_le_bytes());
        begin.extend(text);
        begin.extend(checksum(&begin));
        Ok(Self { header, begin })
    }

    /// Returns the content of a complete file.
    pub(super) fn to_bytes(&self, records: &[SessionRecord]) -> Vec<u8> {
        let mut bytes = self.begin.clone();
        for record in records {
            bytes.extend(record.to_frame());
        }
        bytes
    }

    /// Returns the records of a finished file.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<SessionRecord>, SweepError> {
        let bytes = fs::read(path).map_err(io(path))?;
        let frames = self.frames(path, &bytes)?;
        let length = SessionRecord::frame_length(self.header.measures.len());
        if frames.len() % length != 0 {
            return Err(unreadable(path, "it ends in the middle of a session"));
        }
        let records = frames.chunks_exact(length).enumerate();
        records
            .map(|(place, frame)| {
                let broken = || unreadable(path, &format!("session {place} of it is damaged"));
                SessionRecord::from_frame(frame).ok_or_else(broken)
            })
            .collect()
    }

    /// Returns the records of an unfinished file, and the length of its valid part. An incomplete
    /// last record is ignored.
    fn salvage(&self, path: &Path) -> Result<(Vec<SessionRecord>, u64), SweepError> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((vec![], 0)),
            other => other.map_err(io(path))?,
        };
        // Stopped while the header was written: there are no records.
        if bytes.len() < self.begin.len() && self.begin.starts_with(&bytes) {
            return Ok((vec![], 0));
        }
        let frames = self.frames(path, &bytes)?;
        let begin = bytes.len() - frames.len();
        let length = SessionRecord::frame_length(self.header.measures.len());
        let whole = frames.len() / length;
        let mut records = Vec::with_capacity(whole);
        for (place, frame) in frames.chunks_exact(length).enumerate() {
            match SessionRecord::from_frame(frame) {
                Some(record) => records.push(record),
                // After a crash of the machine, data that was not on the disk yet may be zeros.
                None if frames[place * length..].iter().all(|&byte| byte == 0) => break,
                None if place + 1 == whole => break,
                None => {
                    let reason = format!("session {place} of {whole} is damaged");
                    return Err(unreadable(path, &reason));
                }
            }
        }
        let good = begin + records.len() * length;
        Ok((records, good as u64))
    }

    /// Returns the bytes after the header, which must match this shard.
    fn frames<'a>(&self, path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], SweepError> {
        if let Some(frames) = bytes.strip_prefix(self.begin.as_slice()) {
            return Ok(frames);
        }
        let header = header(bytes).ok_or_else(|| {
            unreadable(
                path,
                "it does not begin like a file of results of this program",
            )
        })?;
        let (ours, found) = (&self.header, &header);
        let is_ours = ours.manifest.difference(&found.manifest).is_none()
            && found.shard == ours.shard
            && found.measures == ours.measures;
        // Written by another version of the crate in the same format.
        if is_ours && let Some(begin) = header_length(bytes) {
            return Ok(&bytes[begin..]);
        }
        let reason = match ours.manifest.difference(&found.manifest) {
            Some((found, expected)) => format!("it has {found}, not {expected}"),
            None if found.shard != ours.shard => {
                format!("it has shard {}, not {}", found.shard, ours.shard)
            }
            None => "it has other measures".to_owned(),
        };
        Err(SweepError::Foreign {
            path: path.to_path_buf(),
            reason,
        })
    }
}

/// Returns the length of the part before the first frame.
fn header_length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(MAGIC.len()..)?.first_chunk()?;
    let checksum = checksum(&[]).len();
    Some(MAGIC.len() + 4 + u32::from_le_bytes(*length) as usize + checksum)
}

/// Returns the header of any file of results.
fn header(bytes: &[u8]) -> Option<Header> {
    let (length, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > LONGEST {
        return None;
    }
    let text = rest.get(..length)?;
    let found = rest[length..].first_chunk()?;
    if checksum(&bytes[..MAGIC.len() + 4 + length]) != *found {
        return None;
    }
    serde_json::from_slice(text).ok()
}

fn unreadable(path: &Path, reason: &str) -> SweepError {
    SweepError::Unreadable {
        path: path.to_path_buf(),
        reason: reason.to_owned(),
    }
}

/// The results of an unfinished shard, which are appended session by session.
#[derive(Debug)]
pub(super) struct ShardWriter {
    file: File,
    path: PathBuf,
    synced: Instant,
}

impl ShardWriter {
    /// Opens or creates a file, and returns its existing records.
    pub(super) fn open(
        format: &ShardFormat,
        path: &Path,
    ) -> Result<(Self, Vec<SessionRecord>), SweepError> {
        let (records, good) = format.salvage(path)?;
        let mut options = OpenOptions::new();
        let options = options.create(true).append(true);
        let mut file = options.open(path).map_err(io(path))?;
        file.set_len(good).map_err(io(path))?;
        if good == 0 {
            file.write_all(&format.begin).map_err(io(path))?;
        }
        file.sync_all().map_err(io(path))?;
        let writer = Self {
            file,
            path: path.to_path_buf(),
            synced: Instant::now(),
        };
        Ok((writer, records))
    }

    /// Appends a session. It then survives the end of the process.
    pub(super) fn append(&mut self, record: &SessionRecord) -> Result<(), SweepError> {
        let written = self.file.write_all(&record.to_frame());
        written.map_err(io(&self.path))?;
        if self.synced.elapsed() >= BETWEEN_SYNCS {
            self.sync()?;
        }
        Ok(())
    }

    /// Waits until all sessions are on the disk.
    pub(super) fn sync(&mut self) -> Result<(), SweepError> {
        self.file.sync_data().map_err(io(&self.path))?;
        self.synced = Instant::now();
        Ok(())
    }
}
