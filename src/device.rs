//! Burn devices by name.
//!
//! ```
//! use fireweed::device::DeviceSpec;
//!
//! let spec: DeviceSpec = "flex".parse()?;
//! let device = spec.open()?;
//! # Ok::<(), fireweed::device::DeviceError>(())
//! ```

use std::{
    fmt, panic,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

#[cfg(feature = "wgpu")]
use burn::tensor::DeviceType;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::one_line::one_line;

/// A kind of device that Burn can run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceName {
    /// Burn's CPU backend, the default.
    Flex,
    /// The classic CPU backend, deprecated by Burn.
    NdArray,
    /// A GPU through WebGPU, Vulkan, Metal or DirectX, whichever is available.
    Wgpu,
    /// A GPU through Vulkan.
    Vulkan,
    /// A GPU through Metal.
    Metal,
    /// An NVIDIA GPU.
    Cuda,
}

impl DeviceName {
    /// All names, compiled in or not.
    pub const ALL: [Self; 6] = [
        Self::Flex,
        Self::NdArray,
        Self::Wgpu,
        Self::Vulkan,
        Self::Metal,
        Self::Cuda,
    ];

    /// Returns the name as users write it; also the name of the Cargo feature.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::NdArray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Metal => "metal",
            Self::Cuda => "cuda",
        }
    }

    /// Returns whether this build contains the backend.
    pub fn is_compiled_in(self) -> bool {
        match self {
            Self::Flex => cfg!(feature = "flex"),
            Self::NdArray => cfg!(feature = "ndarray"),
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Metal => cfg!(feature = "metal"),
            Self::Cuda => cfg!(feature = "cuda"),
        }
    }

    fn has_index(self) -> bool {
        !matches!(self, Self::Flex | Self::NdArray)
    }
}

/// Returns the names of the devices in this build.
pub fn compiled_in() -> Vec<DeviceName> {
    DeviceName::ALL
        .into_iter()
        .filter(|name| name.is_compiled_in())
        .collect()
}

/// A device name as written by the user: `flex`, `wgpu`, `cuda:1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct DeviceSpec {
    /// The kind of device.
    pub name: DeviceName,
    /// Index among several devices, from 0. Default: Burn's default device.
    pub index: Option<usize>,
}

/// Error of a device. Every message is one line and suggests a remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The name is unknown.
    #[error("{spec:?} is not a device: write one of {}, or NAME:INDEX for a GPU", names(&DeviceName::ALL))]
    Unknown {
        /// The given name.
        spec: String,
    },
    /// This build lacks the backend.
    #[error("device {name} is not in this build, which has {}; build with `--features {name}`", names(.compiled_in))]
    NotCompiledIn {
        /// The device.
        name: &'static str,
        /// The devices in this build.
        compiled_in: Vec<DeviceName>,
    },
    /// The machine has no such device, or its driver does not work.
    #[error("no adapter for device {spec}: {reason}; {}", remedy(*.name))]
    NoAdapter {
        /// The requested device.
        spec: String,
        /// The kind of device.
        name: DeviceName,
        /// The message of the driver or Burn.
        reason: String,
    },
}

fn names(names: &[DeviceName]) -> String {
    match names {
        [] => "none".into(),
        names => names
            .iter()
            .map(|name| name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn remedy(name: DeviceName) -> &'static str {
    match name {
        DeviceName::Wgpu | DeviceName::Vulkan => {
            "install a Vulkan driver, or the software adapter of Debian's mesa-vulkan-drivers, \
             or use --device flex"
        }
        DeviceName::Metal => "Metal needs macOS; use --device wgpu or flex",
        DeviceName::Cuda => "install NVIDIA's driver and CUDA libraries, or use --device flex",
        DeviceName::Flex | DeviceName::NdArray => "use --device flex",
    }
}

impl Default for DeviceSpec {
    /// `flex`.
    fn default() -> Self {
        Self {
            name: DeviceName::Flex,
            index: None,
        }
    }
}

impl FromStr for DeviceSpec {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        let unknown = || DeviceError::Unknown { spec: text.into() };
        let (name, index) = match text.split_once(':') {
            None => (text, None),
            Some((name, index)) => (name, Some(index.parse().map_err(|_| unknown())?)),
        };
        let name = DeviceName::ALL
            .into_iter()
            .find(|known| known.as_str() == name)
            .ok_or_else(unknown)?;
        if index.is_some() && !name.has_index() {
            return Err(unknown());
        }
        Ok(Self { name, index })
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeviceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            None => write!(f, "{}", self.name),
            Some(index) => write!(f, "{}:{index}", self.name),
        }
    }
}

impl From<DeviceSpec> for String {
    fn from(spec: DeviceSpec) -> Self {
        spec.to_string()
    }
}

impl TryFrom<String> for DeviceSpec {
    type Error = DeviceError;

    fn try_from(text: String) -> Result<Self, DeviceError> {
        text.parse()
    }
}

impl DeviceSpec {
    /// Opens the device. On a GPU, runs one small computation to test it.
    ///
    /// The device is without autodiff; call Burn's `autodiff()` on it to train.
    ///
    /// # Errors
    /// Returns [`DeviceError::NotCompiledIn`] if this build lacks the backend, and
    /// [`DeviceError::NoAdapter`] if the machine has no such device. Burn panics in the latter
    /// case; the panic is caught here. While a GPU opens, the process's panic hook is silenced for
    /// all threads, because drivers panic on their own threads.
    pub fn open(self) -> Result<Device, DeviceError> {
        if !self.name.is_compiled_in() {
            return Err(DeviceError::NotCompiledIn {
                name: self.name.as_str(),
                compiled_in: compiled_in(),
            });
        }
        if !self.name.has_index() {
            return self.device().map_err(|reason| self.no_adapter(reason));
        }
        // Two threads that swap the hook at once could leave the silent hook installed.
        static OPENING: Mutex<()> = Mutex::new(());
        let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let opened = panic::catch_unwind(|| {
            let device = self.device()?;
            let sum = Tensor::<1>::ones([2], &device).sum();
            match sum.try_into_scalar::<f32>() {
                Ok(2.0) => Ok(device),
                Ok(other) => Err(format!("it computes 1 + 1 = {other}")),
                Err(error) => Err(error.to_string()),
            }
        });
        panic::set_hook(hook);
        opened
            .unwrap_or_else(|panic| Err(panic_message(&*panic)))
            .map_err(|reason| self.no_adapter(reason))
    }

    fn no_adapter(self, reason: String) -> DeviceError {
        DeviceError::NoAdapter {
            spec: self.to_string(),
            name: self.name,
            reason: one_line(&reason),
        }
    }

    /// Creates the device without using it, except that an index is looked up.
    fn device(self) -> Result<Device, String> {
        match self.name {
            #[cfg(feature = "flex")]
            DeviceName::Flex => Ok(Device::flex()),
            #[cfg(feature = "ndarray")]
            #[allow(deprecated)] // Asked for by name.
            DeviceName::NdArray => Ok(Device::ndarray()),
            #[cfg(feature = "wgpu")]
            DeviceName::Wgpu => self.graphics(DeviceType::Wgpu, native_wgpu),
            #[cfg(feature = "vulkan")]
            DeviceName::Vulkan => self.graphics(DeviceType::Vulkan, || {
                Device::vulkan(burn::tensor::DeviceKind::DefaultDevice)
            }),
            #[cfg(feature = "metal")]
            DeviceName::Metal => self.graphics(DeviceType::Metal, || {
                Device::metal(burn::tensor::DeviceKind::DefaultDevice)
            }),
            #[cfg(feature = "cuda")]
            DeviceName::Cuda => Ok(Device::cuda(self.index.unwrap_or(0))),
            #[allow(unreachable_patterns)]
            name => Err(format!("{name} is not in this build")),
        }
    }

    #[cfg(feature = "wgpu")]
    fn graphics(
        self,
        kind: DeviceType,
        default: impl FnOnce() -> Device,
    ) -> Result<Device, String> {
        let Some(index) = self.index else {
            return Ok(default());
        };
        let adapters = Device::enumerate(kind);
        let offered = adapters.len();
        adapters
            .iter()
            .nth(index)
            .cloned()
            .ok_or_else(|| format!("the machine offers {offered}, counted from 0"))
    }
}

/// The default adapter of the platform's native API.
///
/// By default, Burn falls back to OpenGL if there is no Vulkan, and wgpu's OpenGL backend deadlocks
/// under Burn's threads.
#[cfg(feature = "wgpu")]
fn native_wgpu() -> Device {
    #[cfg(any(target_os = "macos", target_os = "windows", target_family = "wasm"))]
    return Device::wgpu(burn::tensor::DeviceKind::DefaultDevice);
    #[cfg(not(any(target_os = "macos", target_os = "windows", target_family = "wasm")))]
    {
        use burn::backend::{WgpuBackend, WgpuDevice};
        Device::new(WgpuDevice::default().on(WgpuBackend::Vulkan))
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()))
        // Messages of `unwrap` are meant for the backend's developers.
        .filter(|text| !text.starts_with("called `"))
        .unwrap_or_else(|| "the machine offers none".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_indices_round_trip() {
        for text in [
            "flex", "ndarray", "wgpu", "wgpu:1", "vulkan:0", "metal", "cuda:12",
        ] {
            assert_eq!(text.parse::<DeviceSpec>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn unknown_names_are_rejected_with_the_list_of_names() {
        for text in [
            "", "gpu", "Flex", "flex:0", "cuda:", "cuda:-1", "cuda:1:2", "wgpu:x",
        ] {
            let error = text.parse::<DeviceSpec>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{text:?} is not a device")),
                "{error}"
            );
            assert!(error.contains("flex, ndarray, wgpu"), "{error}");
        }
    }

    #[test]
    fn a_missing_feature_is_reported_with_the_available_ones() {
        for name in DeviceName::ALL {
            if !name.is_compiled_in() {
                let error = DeviceSpec { name, index: None }.open().unwrap_err();
                let message = error.to_string();
                assert!(message.contains(&format!("--features {name}")), "{message}");
                assert!(message.contains(&names(&compiled_in())), "{message}");
            }
        }
    }

    #[cfg(feature = "flex")]
    #[test]
    fn flex_opens() {
        let device = "flex".parse::<DeviceSpec>().unwrap().open().unwrap();
        assert_eq!(device, Device::flex());
    }
}
