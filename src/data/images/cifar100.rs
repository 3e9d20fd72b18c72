//! The binary form of CIFAR-100: records of two labels and 3,072 bytes of color.

use std::path::{Path, PathBuf};

use super::{ImageSet, Splits, colored_garments::synthetic_colored_garments, stand_in};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source,
    places::{Wanted, first_file},
    remote::RemoteFile,
    unpack::{self, malformed},
};

/// CIFAR-100: 50,000 + 10,000 color images, 32×32, one hundred classes (Krizhevsky 2009).
///
/// The folder contains `train.bin` and `test.bin`, plain or .gz and also in a subfolder
/// `cifar-100-binary`, or the archive `cifar-100-binary.tar.gz`. Labels are the fine ones. The
/// stand-in is [`synthetic_colored_garments`], which has ten classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cifar100;

const CIFAR100: Wanted = Wanted {
    slug: Cifar100::NAME,
    title: "CIFAR-100",
    mirrors: &["https://www.cs.toronto.edu/~kriz"],
    files: &[RemoteFile::packed(
        ARCHIVE,
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    )],
};
const ARCHIVE: &str = "cifar-100-binary.tar.gz";
const FOLDER: &str = "cifar-100-binary";
const MEMBERS: [&str; 2] = ["train.bin", "test.bin"];
/// SHA-256 of the two members.
const MEMBERS_SHA256: [&str; 2] = [
    "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
    "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a",
];
const CLASSES: usize = 100;
const SIZE: [usize; 3] = [3, 32, 32];
const PIXELS: usize = SIZE[0] * SIZE[1] * SIZE[2];
/// The coarse label, the fine label, then 1,024 bytes each of red, green and blue.
const RECORD: usize = 2 + PIXELS;

impl Cifar100 {
    /// Name of the data set's folder.
    pub const NAME: &'static str = "cifar100";
}

impl Source for Cifar100 {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        CIFAR100.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        CIFAR100.load(places, &Files::find, progress, Files::decode, || {
            self.stand_in()
        })
    }

    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        let draw = |count, rng: &mut _| synthetic_colored_garments(count, rng);
        Ok(stand_in(
            CIFAR100.title,
            "synthetic garments in color",
            draw,
        ))
    }
}

/// The files found in a folder.
enum Files {
    Unpacked([PathBuf; 2]),
    Archive(PathBuf),
}

impl Files {
    fn find(place: &Path) -> Option<Self> {
        for dir in [place.to_path_buf(), place.join(FOLDER)] {
            let find = |name: &str| first_file(&dir, &[name, &format!("{name}.gz")]);
            if let [Some(train), Some(test)] = MEMBERS.map(find) {
                return Some(Self::Unpacked([train, test]));
            }
        }
        first_file(place, &[ARCHIVE]).map(Self::Archive)
    }

    fn decode(self) -> Result<Loaded<Splits<ImageSet>>, DataError> {
        let ([train, test], sha256) = match self {
            Self::Unpacked(paths) => {
                let mut sha256 = Vec::new();
                let mut read = |path: &PathBuf| {
                    let bytes = unpack::read(path)?;
                    sha256.push(unpack::sha256(&bytes));
                    images(path, &bytes)
                };
                let sets = [read(&paths[0])?, read(&paths[1])?];
                (sets, sha256)
            }
            Self::Archive(path) => members(&path)?,
        };
        let title = match sha256.iter().eq(&MEMBERS_SHA256) {
            true => CIFAR100.title,
            false => "images in the format of CIFAR-100",
        };
        let splits = Splits { train, test };
        Ok(Loaded::new(splits, Provenance::files(title, sha256)))
    }
}

fn members(archive: &Path) -> Result<([ImageSet; 2], Vec<String>), DataError> {
    let mut found = MEMBERS.map(|_| None);
    unpack::each_member(archive, &mut |name, member| {
        let base = name.rsplit('/').next().unwrap_or(name);
        if let Some(at) = MEMBERS.iter().position(|member| *member == base) {
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes)?;
            found[at] = Some(bytes);
        }
        Ok(())
    })?;
    let mut sha256 = Vec::new();
    let mut take = |at: usize| {
        let name = MEMBERS[at];
        let bytes = found[at].take();
        let bytes =
            bytes.ok_or_else(|| malformed(archive, 0, format!("it does not contain {name}")))?;
        sha256.push(unpack::sha256(&bytes));
        images(&archive.join(name), &bytes)
    };
    let sets = [take(0)?, take(1)?];
    Ok((sets, sha256))
}

fn images(path: &Path, bytes: &[u8]) -> Result<ImageSet, DataError> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(RECORD) {
        let problem = format!(
            "{} bytes are not a multiple of the record size {RECORD}",
            bytes.len()
        );
        return Err(malformed(path, bytes.len() as u64, problem));
    }
    let records = bytes.len() / RECORD;
    let mut labels = Vec::with_capacity(records);
    let mut pixels = Vec::with_capacity(records * PIXELS);
    for (number, record) in bytes.chunks_exact(RECORD).enumerate() {
        let label = record[1];
        if usize::from(label) >= CLASSES {
            let problem = format!("label {label}, but only labels below {CLASSES} are valid");
            return Err(malformed(path, (number * RECORD + 1) as u64, problem));
        }
        labels.push(label);
        pixels.extend_from_slice(&record[2..]);
    }
    Ok(ImageSet::with_channels(pixels, labels, SIZE, CLASSES))
}

#[cfg(test)]
mod tests {
    use burn::data::dataset::Dataset;

    use super::*;
    use crate::data::testing::{gzip, tar, write};

    /// Builds records in which the first byte of every pixel row is the number of the image.
    fn records(labels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, &label) in labels.iter().enumerate() {
            bytes.extend([label / 5, label, number as u8]);
            bytes.extend(vec![9; PIXELS - 1]);
        }
        bytes
    }

    fn load(dir: &Path) -> Result<Loaded<Splits<ImageSet>>, DataError> {
        let places = DataPlaces {
            dir: Some(dir.into()),
            ..DataPlaces::default()
        };
        Cifar100.load(&places, &mut |_| {})
    }

    #[test]
    fn fine_labels_and_pixels_are_read_from_files_and_from_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        let unpacked = folder.path().join("cifar100");
        std::fs::create_dir(&unpacked).unwrap();
        let [train, test] = [records(&[99, 3, 41]), records(&[7])];
        write(&unpacked, "train.bin", &train);
        write(&unpacked, "test.bin.gz", &gzip(&test));
        let plain = load(folder.path()).unwrap();
        assert_eq!(plain.data.train.labels().collect::<Vec<_>>(), [99, 3, 41]);
        assert_eq!(plain.data.train.get(2).unwrap().pixels[0], 2.0 / 255.0);
        assert_eq!(plain.data.test.classes(), 100);

        let packed = tempfile::tempdir().unwrap();
        let members: [(&str, &[u8]); 3] = [
            ("cifar-100-binary/fine_label_names.txt", b"apple\n"),
            ("cifar-100-binary/test.bin", &test),
            ("cifar-100-binary/train.bin", &train),
        ];
        write(packed.path(), ARCHIVE, &gzip(&tar(&members)));
        let loaded = load(packed.path()).unwrap();
        assert_eq!(loaded.provenance, plain.provenance);
        assert_eq!(loaded.data.train.len(), 3);
    }

    #[test]
    fn damaged_files_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "test.bin", &records(&[1]));
        write(folder.path(), "train.bin", &records(&[1])[1..]);
        let message = load(folder.path()).unwrap_err().to_string();
        assert!(
            message.contains("not a multiple of the record size 3074"),
            "{message}"
        );
        write(folder.path(), "train.bin", &records(&[100]));
        let message = load(folder.path()).unwrap_err().to_string();
        assert!(message.contains("at byte 1"), "{message}");
    }
}
