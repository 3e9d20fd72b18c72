use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::{Gradients, Tensor},
};

/// Returns the gradients of a module from one backward pass, clipped to a norm; `None` if they are
/// not finite. Parameters that were not used get none.
pub(super) fn clipped<M: Module>(
    mut gradients: Gradients,
    module: &M,
    most: f64,
) -> Option<(GradientsParams, f64)> {
    let gradients = GradientsParams::from_module(&mut gradients, module);
    let mut squares = Squares {
        gradients: &gradients,
        sums: Vec::new(),
    };
    module.visit(&mut squares);
    if squares.sums.is_empty() {
        return Some((gradients, 0.0));
    }
    let sums = Tensor::cat(squares.sums, 0).into_data().convert::<f64>();
    let norm = sums.iter::<f64>().sum::<f64>().sqrt();
    if !norm.is_finite() {
        return None;
    }
    if norm <= most {
        return Some((gradients, norm));
    }
    let mut scale = Move {
        from: gradients,
        to: GradientsParams::new(),
        factor: most / norm,
    };
    module.visit(&mut scale);
    Some((scale.to, norm))
}

/// Joins the gradients of two backward passes with different parameters.
pub(super) fn joined<M: Module>(
    first: GradientsParams,
    second: GradientsParams,
    module: &M,
) -> GradientsParams {
    let mut join = Move {
        from: second,
        to: first,
        factor: 1.0,
    };
    module.visit(&mut join);
    join.to
}

struct Squares<'a> {
    gradients: &'a GradientsParams,
    sums: Vec<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = self.gradients.get::<D>(param.id);
        self.sums.extend(gradient.map(|g| (g.clone() * g).sum()));
    }
}

struct Move {
    from: GradientsParams,
    to: GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Move {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.from.remove::<D>(param.id) else {
            return;
        };
        let scaled = match self.factor {
            1.0 => gradient,
            factor => gradient * factor,
        };
        self.to.register(param.id, scaled);
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::{
        nn::LinearConfig,
        tensor::{Device, Tensor},
    };

    use super::*;

    #[test]
    fn long_gradients_are_scaled_to_the_norm() {
        let device = Device::flex().autodiff();
        let linear = LinearConfig::new(3, 1).with_bias(false).init(&device);
        let x = Tensor::<2>::from_floats([[3.0, 0.0, 4.0]], &device);
        let gradients = |scale: f64| (linear.forward(x.clone()) * scale).sum().backward();
        let (clipped_gradients, norm) = clipped(gradients(1.0), &linear, 1.0).unwrap();
        assert!((norm - 5.0).abs() < 1e-5);
        let found = clipped_gradients.get::<2>(linear.weight.id).unwrap();
        let found: Vec<f32> = found.into_data().iter::<f32>().collect();
        for (found, expected) in found.iter().zip([0.6, 0.0, 0.8]) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        let (short, _) = clipped(gradients(0.1), &linear, 1.0).unwrap();
        let short = short.get::<2>(linear.weight.id).unwrap().into_data();
        assert!((short.iter::<f32>().next().unwrap() - 0.3).abs() < 1e-6);
        assert!(clipped(gradients(f64::NAN), &linear, 1.0).is_none());
    }
}
