use std::fmt;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::{Bool, DType, Gradients, Int, Tensor, TensorData},
};

/// Error for a parameter whose gradient differs from finite differences.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientMismatch {
    /// The path of the parameter in the module, such as `root.weight`.
    pub parameter: String,
    /// The element, in row-major order.
    pub element: usize,
    /// The gradient of automatic differentiation; `None` if there was none.
    pub autodiff: Option<f64>,
    /// The central difference.
    pub difference: f64,
}

impl fmt::Display for GradientMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            parameter,
            element,
            autodiff,
            difference,
        } = self;
        write!(f, "{parameter}[{element}]: ")?;
        match autodiff {
            Some(value) => write!(f, "autodiff gives {value:e}")?,
            None => write!(f, "autodiff gives no gradient")?,
        }
        write!(f, ", central differences {difference:e}")
    }
}

impl std::error::Error for GradientMismatch {}

/// Result of [`check_gradients`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GradientReport {
    /// The parameters, each with the number of compared elements.
    pub compared: Vec<(String, usize)>,
}

/// Compares the gradients of all parameters of a module with central differences, in `f64`.
///
/// `loss` must be smooth near the parameters; a kink within 10⁻⁶ of their values is a mismatch. It
/// must create its inputs and constants in the data type of the module, [`DType::F64`]. Up to
/// `per_parameter` elements of each parameter are compared, evenly spread. A difference of more
/// than `tolerance · (1 + |gradient|)` is a mismatch; 10⁻⁶ is a sensible tolerance. Parameters that
/// do not require gradients are skipped.
///
/// The module must be on an autodiff device that computes in `f64`, such as
/// `Device::flex().autodiff()`.
///
/// Cost: two evaluations of `loss` per compared element, and one backward pass.
///
/// ```
/// use burn::{nn::LinearConfig, tensor::{DType, Device, Tensor}};
/// use fireweed::testing::check_gradients;
///
/// let device = Device::flex().autodiff();
/// let linear = LinearConfig::new(3, 2).init(&device);
/// let x = Tensor::<2>::ones([4, 3], (&device, DType::F64));
/// let report = check_gradients(&linear, 10, 1e-6, |linear| {
///     linear.forward(x.clone()).square().sum()
/// })?;
/// assert_eq!(report.compared, [("weight".into(), 6), ("bias".into(), 2)]);
/// # Ok::<(), fireweed::testing::GradientMismatch>(())
/// ```
///
/// # Errors
/// Returns [`GradientMismatch`] for the first mismatch.
///
/// # Panics
/// Panics if the loss has no gradient or is not finite.
pub fn check_gradients<M: Module + Clone>(
    module: &M,
    per_parameter: usize,
    tolerance: f64,
    loss: impl Fn(&M) -> Tensor<1>,
) -> Result<GradientReport, GradientMismatch> {
    let module = module.clone().map(&mut InDouble);
    let mut collected = Collect {
        gradients: loss(&module).backward(),
        path: Vec::new(),
        parameters: Vec::new(),
    };
    module.visit(&mut collected);
    let value = |module: &M| -> f64 {
        let value = loss(module).into_data().convert::<f64>();
        let value = value.iter::<f64>().next().unwrap_or(f64::NAN);
        assert!(value.is_finite(), "the loss is {value}");
        value
    };
    let mut report = GradientReport::default();
    for (index, parameter) in collected.parameters.into_iter().enumerate() {
        let step = parameter.elements.div_ceil(per_parameter.max(1)).max(1);
        let mut compared = 0;
        for element in (0..parameter.elements).step_by(step) {
            let moved = |by: f64| {
                let mut nudge = Nudge {
                    left: index,
                    element,
                    by,
                };
                value(&module.clone().map(&mut nudge))
            };
            let difference = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            let autodiff = parameter.gradient.as_ref().map(|values| values[element]);
            // Without a path to the loss a parameter has no gradient.
            let gradient = autodiff.unwrap_or(0.0);
            let close = (gradient - difference).abs() <= tolerance * (1.0 + gradient.abs());
            if !close {
                return Err(GradientMismatch {
                    parameter: parameter.path,
                    element,
                    autodiff,
                    difference,
                });
            }
            compared += 1;
        }
        report.compared.push((parameter.path, compared));
    }
    Ok(report)
}

/// Balances the error of the difference, its square, against rounding, its inverse.
const STEP: f64 = 1e-6;

/// Converts parameters to `f64`.
struct InDouble;

impl ModuleMapper for InDouble {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let (tracked, device) = (tensor.is_require_grad(), tensor.device());
        // Through the host, since a cast would be part of the autodiff graph.
        let data = tensor.into_data().convert::<f64>();
        let tensor = Tensor::from_data(data, (&device, DType::F64)).set_require_grad(tracked);
        Param::from_mapped_value(id, tensor, mapper)
    }
}

/// Adds a small number to one element of one parameter.
struct Nudge {
    left: usize,
    element: usize,
    by: f64,
}

impl ModuleMapper for Nudge {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.val().is_require_grad() {
            return param;
        }
        if self.left > 0 {
            self.left -= 1;
            return param;
        }
        self.left = usize::MAX;
        let (id, tensor, mapper) = param.consume();
        let (device, shape) = (tensor.device(), tensor.dims());
        let mut values: Vec<f64> = tensor.into_data().iter::<f64>().collect();
        values[self.element] += self.by;
        let tensor = Tensor::from_data(TensorData::new(values, shape), (&device, DType::F64));
        Param::from_mapped_value(id, tensor.require_grad(), mapper)
    }
}

struct Parameter {
    path: String,
    elements: usize,
    gradient: Option<Vec<f64>>,
}

/// Lists parameters with their gradients.
struct Collect {
    gradients: Gradients,
    path: Vec<String>,
    parameters: Vec<Parameter>,
}

impl ModuleVisitor for Collect {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        if !tensor.is_require_grad() {
            return;
        }
        let gradient = tensor.grad(&self.gradients);
        self.parameters.push(Parameter {
            path: self.path.join("."),
            elements: tensor.shape().num_elements(),
            gradient: gradient.map(|gradient| gradient.into_data().iter::<f64>().collect()),
        });
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {}

    fn visit_bool<const D: usize>(&mut self, _param: &Param<Tensor<D, Bool>>) {}

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}
