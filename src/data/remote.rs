/// The SHA-256 of a file, in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checksum {
    /// Of the unpacked content, which does not depend on a mirror's compression.
    Unpacked(&'static str),
    /// Of the file as sent, if only that is published.
    Packed(&'static str),
}

/// One file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RemoteFile {
    /// Local file name.
    pub(super) name: &'static str,
    /// Last part of its URL at the mirrors; usually the file name.
    pub(super) remote_name: &'static str,
    /// Expected checksum.
    pub(super) checksum: Checksum,
}

impl RemoteFile {
    /// Creates a file with the SHA-256 of its unpacked content.
    pub(super) const fn unpacked(name: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            remote_name: name,
            checksum: Checksum::Unpacked(sha256),
        }
    }

    /// Creates a file with the SHA-256 of its bytes as sent.
    pub(super) const fn packed(name: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            remote_name: name,
            checksum: Checksum::Packed(sha256),
        }
    }

    /// Returns the same file with a different name at the mirrors.
    pub(super) const fn with_remote_name(self, remote_name: &'static str) -> Self {
        Self {
            remote_name,
            ..self
        }
    }

    /// Returns the digest of [`checksum`](Self::checksum).
    pub(super) const fn sha256(&self) -> &'static str {
        match self.checksum {
            Checksum::Unpacked(sha256) | Checksum::Packed(sha256) => sha256,
        }
    }
}
