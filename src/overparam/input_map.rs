use burn::tensor::{DType, Tensor};
use serde::{Deserialize, Serialize};

/// Preprocessing of the rows of a data matrix for an [`OverparamMlp`](super::OverparamMlp).
///
/// A network without biases is positively homogeneous, and with α = −1 it is an even function,
/// `N(x) = N(−x)`. On data that contain both `x` and `−x` with different targets, α = −1 trains
/// slowest instead of fastest. A constant coordinate removes the symmetry, as the bias of a first
/// layer would. Data in one orthant, such as pixels, do not need it.
///
/// | variant | row x becomes | added coordinates |
/// |---|---|---|
/// | [`Raw`](Self::Raw) | `x` | 0 |
/// | [`RawWithConstant`](Self::RawWithConstant) | `[x, 1]` | 1 |
/// | [`Unit`](Self::Unit) | `x/‖x‖` | 0 |
/// | [`UnitWithConstant`](Self::UnitWithConstant) | `[x/‖x‖, 1]/√2` | 1 |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputMap {
    /// Unchanged rows.
    Raw,
    /// A coordinate 1 is appended.
    RawWithConstant,
    /// Scaled to Euclidean norm 1; a zero row stays zero.
    Unit,
    /// Scaled to norm 1, a coordinate 1 appended, and scaled to norm 1 again; the default.
    #[default]
    UnitWithConstant,
}

impl InputMap {
    /// Returns the number of coordinates that the map appends.
    pub fn added_coordinates(self) -> usize {
        match self {
            Self::Raw | Self::Unit => 0,
            Self::RawWithConstant | Self::UnitWithConstant => 1,
        }
    }

    /// Maps every row.
    ///
    /// # Shapes
    /// - x: `[batch, p]`
    /// - output: `[batch, p + added_coordinates]`
    pub fn apply(self, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Raw => x,
            Self::RawWithConstant => append_ones(x),
            Self::Unit => unit_rows(x),
            Self::UnitWithConstant => append_ones(unit_rows(x)) * std::f64::consts::FRAC_1_SQRT_2,
        }
    }
}

fn unit_rows(x: Tensor<2>) -> Tensor<2> {
    // Dividing by the largest entry first keeps the squares inside the range of f32; the bounds
    // below only replace the zero of a zero row.
    let tiny = match x.dtype() {
        DType::F16 => 6.2e-5,
        _ => f64::from(f32::MIN_POSITIVE),
    };
    let x = x.clone() / x.abs().max_dim(1).clamp_min(tiny);
    let norm = x.clone().square().sum_dim(1).sqrt().clamp_min(tiny);
    x / norm
}

fn append_ones(x: Tensor<2>) -> Tensor<2> {
    let [rows, _] = x.dims();
    let ones = Tensor::ones([rows, 1], (&x.device(), x.dtype()));
    Tensor::cat(vec![x, ones], 1)
}
