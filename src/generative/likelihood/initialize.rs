use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Tensor, TensorData},
};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Standard deviation of the maps from one-hot inputs.
const INPUT_DEVIATION: f64 = 0.3;

/// Draws all weights from a generator: those of maps from inputs from N(0, 0.3²), others and biases
/// uniformly from ±1/√(inputs), as Burn's linear layers, which draw from a generator that all
/// threads share.
///
/// Consumes one draw for each weight, in the order of the module.
pub(super) fn initialize<M: Module>(module: M, rng: &mut impl Rng) -> M {
    module.map(&mut Initialize {
        rng,
        path: Vec::new(),
        bound: 0.0,
    })
}

struct Initialize<'a, R> {
    rng: &'a mut R,
    path: Vec<String>,
    /// Of the layer whose bias comes next.
    bound: f64,
}

impl<R: Rng> ModuleMapper for Initialize<'_, R> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let tracked = tensor.is_require_grad();
        let (device, dtype, shape) = (tensor.device(), tensor.dtype(), tensor.shape());
        if D == 2 {
            self.bound = 1.0 / (shape[0] as f64).sqrt();
        }
        let is_input = self.path.iter().any(|name| name.ends_with("_input"));
        let mut draw = || match is_input {
            true => INPUT_DEVIATION * Distribution::<f64>::sample(&StandardNormal, self.rng),
            false => self.bound * self.rng.random_range(-1.0..1.0),
        };
        let draws = (0..shape.num_elements()).map(|_| draw() as f32);
        let data = TensorData::new(draws.collect::<Vec<_>>(), shape);
        let tensor = Tensor::from_data(data, (&device, dtype)).set_require_grad(tracked);
        Param::from_mapped_value(id, tensor, mapper)
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}
