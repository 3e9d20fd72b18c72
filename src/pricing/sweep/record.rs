use sha2::{Digest, Sha256};

/// Bytes of a checksum.
const CHECKSUM: usize = 8;

/// What was measured of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    /// The number of the point.
    pub point: u32,
    /// The number of the session at this point.
    pub session: u32,
    /// The measures, in the order of [`Sweep::measures`](super::Sweep::measures); not a number where
    /// one does not apply.
    pub values: Vec<f64>,
}

impl SessionRecord {
    /// Where the session is in the order of all.
    pub(super) fn key(&self) -> (u32, u32) {
        (self.point, self.session)
    }

    /// The bytes of a record with so many values.
    pub(super) fn frame_length(values: usize) -> usize {
        8 + 8 * values + CHECKSUM
    }

    /// The record as bytes: point, session, values, checksum, little-endian.
    pub(super) fn to_frame(&self) -> Vec<u8> {
        let mut frame = Vec::with_capacity(Self::frame_length(self.values.len()));
        frame.extend(self.point.to_le_bytes());
        frame.extend(self.session.to_le_bytes());
        for value in &self.values {
            // Every NaN is the same here, whatever its sign and payload.
            let value = if value.is_nan() { f64::NAN } else { *value };
            frame.extend(value.to_bits().to_le_bytes());
        }
        frame.extend(checksum(&frame));
        frame
    }

    /// The record of a frame; none where the checksum differs.
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

/// The first bytes of SHA-256.
pub(super) fn checksum(content: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::digest(content);
    digest.first_chunk().copied().unwrap_or_default()
}
