use serde::{Deserialize, Serialize};

use super::{RemoteFile, places::Wanted};

/// An image data set that this crate knows how to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageDataset {
    /// Fashion-MNIST: 60,000 + 10,000 grey images of garments, 28×28, ten classes, MIT licence
    /// (Xiao, Rasul and Vollgraf 2017).
    FashionMnist,
    /// MNIST: 60,000 + 10,000 grey images of digits, 28×28, ten classes
    /// (LeCun, Cortes and Burges).
    Mnist,
}

const FASHION_MNIST_FILES: [RemoteFile; 4] = [
    RemoteFile::unpacked(
        "train-images-idx3-ubyte.gz",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    RemoteFile::unpacked(
        "train-labels-idx1-ubyte.gz",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    RemoteFile::unpacked(
        "t10k-images-idx3-ubyte.gz",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    RemoteFile::unpacked(
        "t10k-labels-idx1-ubyte.gz",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
];

const MNIST_FILES: [RemoteFile; 4] = [
    RemoteFile::unpacked(
        "train-images-idx3-ubyte.gz",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    RemoteFile::unpacked(
        "train-labels-idx1-ubyte.gz",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    RemoteFile::unpacked(
        "t10k-images-idx3-ubyte.gz",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    RemoteFile::unpacked(
        "t10k-labels-idx1-ubyte.gz",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
];

impl ImageDataset {
    /// The name of the data set's folder.
    pub fn slug(self) -> &'static str {
        match self {
            Self::FashionMnist => "fashion-mnist",
            Self::Mnist => "mnist",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::FashionMnist => "Fashion-MNIST",
            Self::Mnist => "MNIST",
        }
    }

    /// Class names in label order.
    pub fn classes(self) -> [&'static str; 10] {
        match self {
            Self::FashionMnist => [
                "T-shirt/top",
                "Trouser",
                "Pullover",
                "Dress",
                "Coat",
                "Sandal",
                "Shirt",
                "Sneaker",
                "Bag",
                "Ankle boot",
            ],
            Self::Mnist => ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        }
    }

    /// Its files: training images and labels, test images and labels.
    pub fn files(self) -> &'static [RemoteFile; 4] {
        match self {
            Self::FashionMnist => &FASHION_MNIST_FILES,
            Self::Mnist => &MNIST_FILES,
        }
    }

    /// Addresses of folders that hold the files, tried in order.
    pub fn mirrors(self) -> &'static [&'static str] {
        match self {
            Self::FashionMnist => &[
                "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            ],
            Self::Mnist => &[
                "https://storage.googleapis.com/cvdf-datasets/mnist",
                "https://ossci-datasets.s3.amazonaws.com/mnist",
            ],
        }
    }

    pub(super) fn wanted(self) -> Wanted {
        Wanted {
            slug: self.slug(),
            title: self.title(),
            mirrors: self.mirrors(),
            files: self.files(),
        }
    }
}
