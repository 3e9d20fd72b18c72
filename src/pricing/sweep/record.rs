use sha2::{Digest, Sha256};

/// Size of a checksum, in bytes.
const CHECKSUM: usize = 8;

/// The measures of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    /// Index of the point.
    pub point: u32,
    /// Number of the session at this point.
    pub session: u32,
    /// Measures, in the order of [`Sweep::measures`](super::Sweep::measures); NaN if one does not
    /// apply.
    pub values: Vec<f64>,
}

impl SessionRecord {
    /// Returns the sort key of the session.
    pub(super) fn key(&self) -> (u32, u32) {
        (self.point, self.session)
    }

    /// Returns the size of a record with `values` values, in bytes.
    pub(super) fn frame_length(values: usize) -> usize {
        8 + 8 * values + CHECKSUM
    }

    /// Returns the record as bytes: point, session, values, checksum, little-endian.
    pub(super) fn to_frame(&self) -> Vec<u8> {
        let mut frame = Vec::with_capacity(Self::frame_length(self.values.len()));
        frame.extend(self.point.to_le_bytes());
        frame.extend(self.session.to_le_bytes());
        for value in &self.values {
            // All NaN have the same bytes here, regardless of sign and payload.
            let value = if value.is_nan() { f64::NAN } else { *value };
            frame.extend(value.to_bits().to_le_bytes());
        }
        frame.extend(checksum(&frame));
        frame
    }

    /// Reads the record of a frame; `None` if the checksum differs.
    pub(super) fn from_frame(frame: &[u8]) -> Option<Self> {
        let (content, found) = frame.split_last_chunk::<CHECKSUM>()?;
        if checksum(content) != *found {
            return None;
        }
        let (point, rest) = content.split_first_chunk()?;
        let (session, rest) = rest.split_first_chunk()?;
        let (values, rest) = rest.as_chunks();
        rest.is_empty().then(|| Self {
            point: u32::from_le_bytes(*point),
            session: u32::from_le_bytes(*session),
            values: values
                .iter()
                .map(|bytes| f64::from_bits(u64::from_le_bytes(*bytes)))
                .collect(),
        })
    }
}

/// Returns the first bytes of SHA-256.
pub(super) fn checksum(content: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::digest(content);
    digest.first_chunk().copied().unwrap_or_default()
}
