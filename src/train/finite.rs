use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::{Gradients, Tensor},
};

/// Returns the gradients of a module if all are finite.
pub(super) fn finite_gradients<M: Module>(
    grads: &mut Gradients,
    module: &M,
) -> Option<GradientsParams> {
    struct Sums<'a> {
        grads: &'a GradientsParams,
        sums: Vec<Tensor<1>>,
    }
    impl ModuleVisitor for Sums<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.grads.get::<D>(param.id);
            self.sums.extend(gradient.map(Tensor::sum));
        }
    }
    let grads = GradientsParams::from_module(grads, module);
    let mut visitor = Sums {
        grads: &grads,
        sums: Vec::new(),
    };
    module.visit(&mut visitor);
    if visitor.sums.is_empty() {
        return Some(grads);
    }
    let sums = Tensor::cat(visitor.sums, 0).into_data().convert::<f64>();
    let finite = sums.iter::<f64>().all(f64::is_finite);
    finite.then_some(grads)
}
