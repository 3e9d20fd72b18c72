/// The SHA-256 of a file, in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checksum {
    /// Of the unpacked content, which does not depend on how a mirror compressed it.
    Unpacked(&'static str),
    /// Of the file as it is sent, where only that is published.
    Packed(&'static str),
}

/// One file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RemoteFile {
    /// File name on this machine.
    pub(super) name: &'static str,
    /// The last part of its address at the mirrors; mostly its name.
    pub(super) remote_name: &'static str,
    /// What it must be.
    pub(super) checksum: Checksum,
}

impl RemoteFile {
    /// A file with the SHA-256 of its unpacked content.
    pub(super) const fn unpacked(name: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            remote_name: name,
            checksum: Checksum::Unpacked(sha256),
        }
    }

    /// A file with the SHA-256 of its bytes as they are sent.
    pub(super) const fn packed(name: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            remote_name: name,
            checksum: Checksum::Packed(sha256),
        }
    }

    /// The same file where the mirrors have it under another name.
    pub(super) const fn with_remote_name(self, remote_name: &'static str) -> Self {
        Self {
            remote_name,
            ..self
        }
    }

    /// The digest of [`checksum`](Self::checksum).
    pub(super) const fn sha256(&self) -> &'static str {
        match self.checksum {
            Checksum::Unpacked(sha256) | Checksum::Packed(sha256) => sha256,
        }
    }
}
