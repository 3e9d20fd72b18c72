use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Tensor, TensorData},
};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Draws all weights of a module from a generator, as in the authors' adversarial experiments:
/// weights and biases from N(0, deviation²), scales of normalization layers from N(1, deviation²).
/// Shifts of normalization layers become 0. Running statistics are kept.
///
/// Burn's own initialization uses the device's generator, which all threads share. This one depends
/// on the seed alone.
///
/// Consumes one normal draw per weight, in the order of the module.
///
/// ```
/// use burn::{nn::LinearConfig, tensor::Device};
/// use fireweed::generative::initialize_normal;
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let layer = LinearConfig::new(4, 2).init(&Device::flex());
/// let layer = initialize_normal(layer, 0.02, &mut ChaCha8Rng::seed_from_u64(0));
/// ```
///
/// # Panics
/// Panics if the deviation is negative or NaN.
pub fn initialize_normal<M: Module>(module: M, deviation: f64, rng: &mut impl Rng) -> M {
    assert!(
        deviation >= 0.0 && deviation.is_finite(),
        "deviation = {deviation} is not a valid standard deviation"
    );
    redraw(module, rng, |path, _| {
        match path.last().map(String::as_str) {
            Some("running_mean" | "running_var") => Law::Kept,
            Some("gamma") => Law::Normal(1.0, deviation),
            Some("beta") => Law::Zero,
            _ => Law::Normal(0.0, deviation),
        }
    })
}

/// Draws all weights of a module from a generator, distributed as in Burn's linear layers: weights
/// and biases uniformly from ±1/√(inputs). Scales of normalization layers become 1 and their
/// shifts 0. Running statistics and vectors that are not biases are kept.
///
/// Consumes one draw for each weight, in the order of the module.
pub fn initialize_uniform<M: Module>(module: M, rng: &mut impl Rng) -> M {
    const KEPT: [&str; 7] = [
        "running_mean",
        "running_var",
        "gamma",
        "beta",
        "mean",
        "factor",
        "log_deviation",
    ];
    redraw(module, rng, |path, dimensions| {
        let name = path.last().map(String::as_str);
        let is_bias = name == Some("bias");
        match dimensions < 2 && !is_bias || name.is_some_and(|name| KEPT.contains(&name)) {
            true => Law::Kept,
            false => Law::Uniform,
        }
    })
}

/// Distribution that a parameter is drawn from.
pub(super) enum Law {
    /// The parameter is kept.
    Kept,
    /// The parameter becomes 0.
    Zero,
    /// The normal distribution with a mean and a standard deviation.
    Normal(f64, f64),
    /// The uniform distribution on ±1/√(inputs); for a bias, the inputs are those of the preceding
    /// matrix.
    Uniform,
}

/// Draws all weights of a module from a generator, in the order of the module. The distribution
/// depends on the names from the outermost module to the parameter, and on its number of
/// dimensions.
pub(super) fn redraw<M: Module, R: Rng>(
    module: M,
    rng: &mut R,
    law: impl Fn(&[String], usize) -> Law,
) -> M {
    module.map(&mut Redraw {
        rng,
        law,
        path: Vec::new(),
        bound: 0.0,
    })
}

struct Redraw<'a, R, F> {
    rng: &'a mut R,
    law: F,
    path: Vec<String>,
    /// Bound for the next bias.
    bound: f64,
}

impl<R: Rng, F: Fn(&[String], usize) -> Law> ModuleMapper for Redraw<'_, R, F> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let law = (self.law)(&self.path, D);
        if matches!(law, Law::Kept) {
            return param;
        }
        let (id, tensor, mapper) = param.consume();
        let tracked = tensor.is_require_grad();
        let (device, dtype, shape) = (tensor.device(), tensor.dtype(), tensor.shape());
        if D >= 2 {
            let inputs: usize = shape[..D - 1].iter().product();
            self.bound = 1.0 / (inputs.max(1) as f64).sqrt();
        }
        let mut draw = || match law {
            Law::Kept | Law::Zero => 0.0,
            Law::Normal(mean, deviation) => {
                let standard: f64 = StandardNormal.sample(self.rng);
                mean + deviation * standard
            }
            Law::Uniform => self.bound * self.rng.random_range(-1.0..1.0),
        };
        let draws = (0..shape.num_elements()).map(|_| draw() as f32);
        let data = TensorData::new(draws.collect::<Vec<_>>(), shape);
        let tensor = Tensor::from_data(data, (&device, dtype)).set_require_grad(tracked);
        Param::from_mapped_value(id, tensor, mapper)
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}
