use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Tensor, TensorData},
};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Normal};

/// Draws all weights of a module from a generator, as the authors' adversarial experiments do:
/// weights and biases from N(0, deviation²), scales of normalisation layers from N(1, deviation²);
/// their shifts become 0. Running statistics stay.
///
/// Burn's own initialisation draws from the device's generator, which all threads share; this one
/// depends on the seed alone.
///
/// Consumes one normal draw for each weight, in the order of the module.
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
/// Where the deviation is negative or not a number.
pub fn initialize_normal<M: Module>(module: M, deviation: f64, rng: &mut impl Rng) -> M {
    let normal = Normal::new(0.0, deviation)
        .unwrap_or_else(|_| panic!("deviation = {deviation} is not one of a normal distribution"));
    module.map(&mut Initialize {
        normal,
        rng,
        path: Vec::new(),
    })
}

/// Draws all weights of a module from a generator, as Burn's linear layers draw theirs: uniformly
/// from ±1/√(inputs), biases too; scales of normalisation layers become 1 and their shifts 0. Running
/// statistics stay, and so do vectors that are no biases.
///
/// Consumes one draw for each weight, in the order of the module.
pub fn initialize_uniform<M: Module>(module: M, rng: &mut impl Rng) -> M {
    module.map(&mut Uniform {
        rng,
        path: Vec::new(),
        bound: 0.0,
    })
}

struct Uniform<'a, R> {
    rng: &'a mut R,
    path: Vec<String>,
    /// Of the layer whose bias comes next.
    bound: f64,
}

impl<R: Rng> ModuleMapper for Uniform<'_, R> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.last().map(String::as_str);
        let kept = [
            "running_mean",
            "running_var",
            "gamma",
            "beta",
            "mean",
            "factor",
            "log_deviation",
        ];
        if D < 2 && name != Some("bias") || name.is_some_and(|name| kept.contains(&name)) {
            return param;
        }
        let (id, tensor, mapper) = param.consume();
        let tracked = tensor.is_require_grad();
        let (device, dtype, shape) = (tensor.device(), tensor.dtype(), tensor.shape());
        if D >= 2 {
            let inputs: usize = shape[..D - 1].iter().product();
            self.bound = 1.0 / (inputs.max(1) as f64).sqrt();
        }
        let draws = (0..shape.num_elements())
            .map(|_| (self.bound * self.rng.random_range(-1.0..1.0)) as f32);
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

struct Initialize<'a, R> {
    normal: Normal<f64>,
    rng: &'a mut R,
    path: Vec<String>,
}

impl<R: Rng> ModuleMapper for Initialize<'_, R> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let mean = match self.path.last().map(String::as_str) {
            Some("running_mean" | "running_var") => return param,
            Some("gamma") => 1.0,
            _ => 0.0,
        };
        let shift = self.path.last().is_some_and(|name| name == "beta");
        let (id, tensor, mapper) = param.consume();
        let tracked = tensor.is_require_grad();
        let (device, dtype, shape) = (tensor.device(), tensor.dtype(), tensor.shape());
        let draws = (0..shape.num_elements()).map(|_| match shift {
            true => 0.0,
            false => (mean + self.normal.sample(self.rng)) as f32,
        });
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
