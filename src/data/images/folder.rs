use std::{
    fs,
    io::BufReader,
    path::{Path, PathBuf},
};

use png::{ColorType, Decoder, Transformations};

use super::{ImageSet, Splits};
use crate::{
    data::{
        DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source, splits::hold_out,
        unpack,
    },
    one_line::counted,
};

/// Your own images: PNG files in one subfolder for each class.
///
/// ```text
/// DIR/cat/1.png           or   DIR/train/cat/1.png   DIR/test/cat/7.png
/// DIR/dog/2.png                DIR/train/dog/2.png   DIR/test/dog/8.png
/// ```
///
/// Without `train` and `test`, one image in five of each class is for testing, chosen at random
/// with a fixed seed. Classes are in alphabetical order. All images must have the same size; if all
/// are gray they have one channel, otherwise three. Transparency is ignored. Files that do not end
/// in `.png` are left out with a notice. [`load`](Source::load) ignores its `places`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFolder {
    /// The folder.
    pub path: PathBuf,
}

/// Class numbers are bytes.
const MOST_CLASSES: usize = 256;
const SPLITS: [&str; 2] = ["train", "test"];

impl Source for ImageFolder {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        "a folder of images"
    }

    fn load(
        &self,
        _: &DataPlaces,
        _: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        let mut reader = Reader::default();
        let split = SPLITS.map(|name| self.path.join(name));
        let parts = match split.iter().all(|dir| dir.is_dir()) {
            true => [reader.files(&split[0])?, reader.files(&split[1])?],
            false => {
                let files = reader.files(&self.path)?;
                let classes: Vec<usize> = files.iter().map(|file| file.class).collect();
                let positions = hold_out(&classes);
                let mut parts = [Vec::new(), Vec::new()];
                for (position, file) in files.into_iter().enumerate() {
                    let test = positions.test.binary_search(&position).is_ok();
                    parts[usize::from(test)].push(file);
                }
                parts
            }
        };
        let [train, test] = &parts;
        if train.is_empty() || test.is_empty() {
            let problem = "needs at least one training and one test image, as PNG files in one \
                           subfolder for each class";
            return Err(self.unusable(problem));
        }
        if reader.classes.len() < 2 {
            return Err(self.unusable("has one class, and at least two are needed"));
        }
        if reader.classes.len() > MOST_CLASSES {
            return Err(self.unusable("has more than 256 classes"));
        }
        let mut images = Vec::new();
        for file in parts.iter().flatten() {
            images.push(reader.image(&file.path)?);
        }
        let channels = match images.iter().all(|image| image.channels == 1) {
            true => 1,
            false => 3,
        };
        let [rows, columns] = images[0].size;
        let set = |images: &[Image], files: &[File]| {
            let pixels = images.iter().flat_map(|image| image.planes(channels));
            let labels = files.iter().map(|file| file.class as u8).collect();
            let size = [channels, rows, columns];
            ImageSet::with_channels(pixels.collect(), labels, size, reader.classes.len())
                .with_class_names(&reader.classes)
        };
        let splits = Splits {
            train: set(&images[..train.len()], train),
            test: set(&images[train.len()..], test),
        };
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        let title = format!(
            "images in {} ({} of {} classes)",
            name.to_string_lossy(),
            images.len(),
            reader.classes.len()
        );
        let digest = unpack::sha256(reader.digests.concat().as_bytes());
        let skipped = reader.skipped;
        Ok(Loaded {
            data: splits,
            provenance: Provenance::files(title, vec![digest]),
            notice: (skipped > 0).then(|| {
                format!(
                    "left out {} without the ending .png; convert to PNG",
                    counted(skipped, "file")
                )
            }),
        })
    }
}

impl ImageFolder {
    fn unusable(&self, problem: &str) -> DataError {
        DataError::Unusable {
            path: self.path.clone(),
            problem: problem.into(),
        }
    }
}

/// A file and the number of its class.
struct File {
    path: PathBuf,
    class: usize,
}

/// An image as stored in its file.
struct Image {
    size: [usize; 2],
    /// 1 or 3, interleaved.
    channels: usize,
    pixels: Vec<u8>,
}

impl Image {
    /// Returns the channels one after the other; those of a gray image are equal.
    fn planes(&self, channels: usize) -> impl Iterator<Item = u8> + '_ {
        (0..channels).flat_map(move |channel| {
            let offset = channel.min(self.channels - 1);
            self.pixels
                .iter()
                .skip(offset)
                .step_by(self.channels)
                .copied()
        })
    }
}

#[derive(Default)]
struct Reader {
    classes: Vec<String>,
    /// Size and file of the first image.
    size: Option<([usize; 2], PathBuf)>,
    digests: Vec<String>,
    skipped: usize,
}

impl Reader {
    /// Returns the PNG files of a folder with a subfolder for each class, in the order of classes
    /// and names.
    fn files(&mut self, folder: &Path) -> Result<Vec<File>, DataError> {
        let mut files = Vec::new();
        for class in entries(folder)? {
            if !class.is_dir() {
                continue;
            }
            let name = class.file_name().unwrap_or_default().to_string_lossy();
            let known = self.classes.iter().position(|known| *known == name);
            let number = known.unwrap_or(self.classes.len());
            if known.is_none() {
                self.classes.push(name.into_owned());
            }
            for path in entries(&class)? {
                let ending = path.extension().unwrap_or_default();
                match ending.eq_ignore_ascii_case("png") {
                    true => files.push(File {
                        path,
                        class: number,
                    }),
                    false => self.skipped += 1,
                }
            }
        }
        Ok(files)
    }

    fn image(&mut self, path: &Path) -> Result<Image, DataError> {
        let bytes = fs::read(path).map_err(DataError::io(path))?;
        self.digests.push(unpack::sha256(&bytes));
        let damaged = |error: png::DecodingError| DataError::Picture {
            path: path.into(),
            problem: error.to_string(),
        };
        let mut decoder = Decoder::new(BufReader::new(std::io::Cursor::new(bytes)));
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(damaged)?;
        let size = reader.output_buffer_size();
        let size = size.ok_or_else(|| DataError::Picture {
            path: path.into(),
            problem: "it is too large for the memory".into(),
        })?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).map_err(damaged)?;
        pixels.truncate(info.buffer_size());
        let (stored, channels) = match info.color_type {
            ColorType::Grayscale => (1, 1),
            ColorType::GrayscaleAlpha => (2, 1),
            ColorType::Rgb | ColorType::Indexed => (3, 3),
            ColorType::Rgba => (4, 3),
        };
        if stored != channels {
            let pixel = pixels.chunks_exact(stored);
            pixels = pixel.flat_map(|pixel| pixel[..channels].to_vec()).collect();
        }
        let image = Image {
            size: [info.height as usize, info.width as usize],
            channels,
            pixels,
        };
        match &self.size {
            None => self.size = Some((image.size, path.into())),
            Some((size, first)) if *size != image.size => {
                return Err(DataError::Picture {
                    path: path.into(),
                    problem: format!(
                        "it has {}×{} pixels, but {} has {}×{}; give all images the same size",
                        image.size[1],
                        image.size[0],
                        first.display(),
                        size[1],
                        size[0],
                    ),
                });
            }
            Some(_) => {}
        }
        Ok(image)
    }
}

/// Returns the entries of a folder by name, without hidden ones.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let path = entry.map_err(DataError::io(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use burn::data::dataset::Dataset;

    use super::*;

    fn put(path: &Path, size: [u32; 2], color: ColorType, pixels: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), size[1], size[0]);
        encoder.set_color(color);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
    }

    fn load(path: &Path) -> Result<Loaded<Splits<ImageSet>>, DataError> {
        let path = path.to_path_buf();
        ImageFolder { path }.load(&DataPlaces::default(), &mut |_| {})
    }

    #[test]
    fn folders_are_classes_and_one_image_in_five_is_held_out() {
        let root = tempfile::tempdir().unwrap();
        for (class, count) in [("dog", 10), ("cat", 5), ("ape", 2)] {
            for number in 0..count {
                let path = root.path().join(class).join(format!("{number}.png"));
                put(&path, [1, 2], ColorType::Grayscale, &[number, 9]);
            }
        }
        fs::write(root.path().join("cat/readme.txt"), "x").unwrap();
        let loaded = load(root.path()).unwrap();
        let Splits { train, test } = &loaded.data;
        assert_eq!(train.class_names(), ["ape", "cat", "dog"]);
        let counts = |set: &ImageSet| [0, 1, 2].map(|c| set.labels().filter(|&l| l == c).count());
        assert_eq!((counts(train), counts(test)), ([1, 4, 8], [1, 1, 2]));
        assert_eq!((train.channels(), train.image_size()), (1, [1, 2]));
        assert!(
            loaded
                .notice
                .unwrap()
                .starts_with("left out 1 file without")
        );
        assert_eq!(load(root.path()).unwrap().provenance, loaded.provenance);
    }

    #[test]
    fn gray_and_color_images_get_three_channels() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        put(
            &path("train/a/1.png"),
            [1, 2],
            ColorType::Rgba,
            &[1, 2, 3, 0, 4, 5, 6, 0],
        );
        put(
            &path("train/b/1.png"),
            [1, 2],
            ColorType::Grayscale,
            &[7, 8],
        );
        put(&path("test/b/1.png"), [1, 2], ColorType::Grayscale, &[7, 8]);
        let Splits { train, test } = load(root.path()).unwrap().data;
        let bytes = |set: &ImageSet, image: usize| -> Vec<u8> {
            let pixels = set.get(image).unwrap().pixels;
            pixels.iter().map(|v| (v * 255.0).round() as u8).collect()
        };
        assert_eq!(bytes(&train, 0), [1, 4, 2, 5, 3, 6]);
        assert_eq!(bytes(&train, 1), [7, 8, 7, 8, 7, 8]);
        assert_eq!(test.get(0).unwrap().label, 1);
    }

    #[test]
    fn unusable_folders_are_named_with_a_remedy() {
        let root = tempfile::tempdir().unwrap();
        let message = || load(root.path()).unwrap_err().to_string();
        assert!(message().contains("one subfolder for each class"));
        let path = |name: &str| root.path().join(name);
        for name in ["a/1.png", "a/2.png"] {
            put(&path(name), [1, 2], ColorType::Grayscale, &[7, 8]);
        }
        assert!(message().contains("has one class"));
        put(&path("b/1.png"), [2, 2], ColorType::Grayscale, &[7; 4]);
        assert!(
            message().contains("it has 2×2 pixels, but"),
            "{}",
            message()
        );
        fs::write(path("b/1.png"), "no picture").unwrap();
        assert!(message().contains("b/1.png"), "{}", message());
        let nowhere = root.path().join("nowhere");
        assert!(load(&nowhere).unwrap_err().to_string().contains("nowhere"));
    }
}
