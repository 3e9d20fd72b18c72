use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId},
    optim::GradientsParams,
    tensor::Tensor,
};

/// Updates an exponential moving average of a module's weights, including running statistics:
/// `average ← decay · average + (1 − decay) · module`.
///
/// A decay of 0 copies. The ids of parameters are kept.
///
/// # Panics
/// Panics if the modules have different structures.
pub(crate) fn update_average<M: Module>(average: M, module: &M, decay: f64) -> M {
    let mut collect = Collect::default();
    module.visit(&mut collect);
    average.map(&mut Update {
        values: collect.values,
        next: 0,
        decay,
    })
}

/// The tensors of a module by position. Burn's container of gradients can hold tensors of any rank.
#[derive(Default)]
struct Collect {
    values: GradientsParams,
    next: u64,
}

impl ModuleVisitor for Collect {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val().without_autodiff();
        self.values.register(ParamId::from(self.next), value);
        self.next += 1;
    }
}

struct Update {
    values: GradientsParams,
    next: u64,
    decay: f64,
}

impl ModuleMapper for Update {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(value) = self.values.remove::<D>(ParamId::from(self.next)) else {
            panic!("an average needs modules with the same structure");
        };
        self.next += 1;
        let (id, old, mapper) = param.consume();
        let autodiff = old.device().is_autodiff();
        let tracked = old.is_require_grad();
        let new = match self.decay {
            0.0 => value,
            decay => old.without_autodiff() * decay + value * (1.0 - decay),
        };
        let new = match autodiff {
            true => Tensor::from_inner(new).set_require_grad(tracked),
            false => new,
        };
        Param::from_mapped_value(id, new, mapper)
    }
}
