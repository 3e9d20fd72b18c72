//! Message passing as one operation: products with edge features are computed, multiplied by their
//! weights and discarded block by block, while they are in cache.

use std::ops::Range;

use burn::{
    backend::{
        Autodiff, Backend, Dispatch, Flex, TensorMetadata,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        ops::FloatTensorOps,
        tensor::FloatTensor,
    },
    tensor::{DType, Shape, Tensor},
};

use super::{Graphs, add_gathered, columns, relate_slices, spread_slices, tensor};
use crate::{graph::GraphTopology, kernel::flex::Real};

/// Number of elements of a block of products per thread: half a second-level cache.
const BLOCK: usize = 1 << 17;

pub(in super::super) fn convolve(
    graphs: Graphs,
    x: Tensor<2>,
    w: Tensor<2>,
    weights: Tensor<3>,
) -> Tensor<2> {
    // Backend extensions need one autodiff mode for all tensors.
    let tracked = x.is_autodiff() || w.is_autodiff() || weights.is_autodiff();
    let (x, w, weights) = match tracked {
        true => (x.autodiff(), w.autodiff(), weights.autodiff()),
        false => (x, w, weights),
    };
    Tensor::from_dispatch(<Dispatch as Convolve>::convolve(
        x.into_dispatch(),
        w.into_dispatch(),
        weights.into_dispatch(),
        graphs,
    ))
}

/// Routes message passing to its loops, through Burn's backend extension mechanism.
#[backend_extension(Flex, Autodiff)]
pub(super) trait Convolve: Backend {
    fn convolve(
        x: FloatTensor<Self>,
        w: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        graphs: Graphs,
    ) -> FloatTensor<Self>;
}

impl Convolve for Flex {
    fn convolve(
        x: FloatTensor<Self>,
        w: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        graphs: Graphs,
    ) -> FloatTensor<Self> {
        let factors = Factors::new(x, w, weights);
        match factors.x.dtype() {
            DType::F64 => factors.forward::<f64>(&graphs),
            _ => factors.forward::<f32>(&graphs),
        }
    }
}

impl<C: CheckpointStrategy> Convolve for Autodiff<Flex, C> {
    fn convolve(
        x: FloatTensor<Self>,
        w: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        graphs: Graphs,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct ConvolveBackward;

        impl Backward<Flex, 3> for ConvolveBackward {
            type State = (Factors, Graphs);

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (factors, graphs) = ops.state;
                let grad = grads.consume::<Flex>(&ops.node);
                let wanted = [0, 1, 2].map(|factor| ops.parents[factor].is_some());
                let found = match grad.dtype() {
                    DType::F64 => factors.backward::<f64>(grad, wanted, &graphs),
                    _ => factors.backward::<f32>(grad, wanted, &graphs),
                };
                for (parent, grad) in ops.parents.into_iter().zip(found) {
                    if let (Some(parent), Some(grad)) = (parent, grad) {
                        grads.register::<Flex>(parent.id, grad);
                    }
                }
            }
        }

        match ConvolveBackward
            .prepare::<C>([x.node(), w.node(), weights.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                let [x, w, weights] = [x, w, weights].map(|factor| factor.into_primitive());
                let output = Flex::convolve(x.clone(), w.clone(), weights.clone(), graphs.clone());
                prep.finish((Factors::new(x, w, weights), graphs), output)
            }
            OpsKind::UnTracked(prep) => {
                let [x, w, weights] = [x, w, weights].map(|factor| factor.into_primitive());
                prep.finish(Flex::convolve(x, w, weights, graphs))
            }
        }
    }
}

/// x, w and the weights `[q, in, out]`.
#[derive(Clone, Debug)]
struct Factors {
    x: FloatTensor<Flex>,
    w: FloatTensor<Flex>,
    weights: FloatTensor<Flex>,
}

impl Factors {
    fn new(x: FloatTensor<Flex>, w: FloatTensor<Flex>, weights: FloatTensor<Flex>) -> Self {
        Self {
            x: x.to_contiguous(),
            w: w.to_contiguous(),
            weights: weights.to_contiguous(),
        }
    }

    /// q, in and out.
    fn dims(&self) -> [usize; 3] {
        self.weights.shape().dims()
    }

    fn forward<T: Real>(&self, graphs: &GraphTopology) -> FloatTensor<Flex> {
        let [_, inputs, outputs] = self.dims();
        let nodes = graphs.node_count();
        if inputs <= outputs {
            let parts = self.blocks(nodes * inputs).map(|slices| {
                let z = spread_slices::<T>(&self.x, &self.w, slices.clone(), graphs);
                Flex::float_matmul(z, self.stacked(slices))
            });
            return parts
                .reduce(Flex::float_add)
                .unwrap_or_else(|| unreachable!("there is one edge feature at least"));
        }
        let mut y = vec![T::ZERO; nodes * outputs];
        for slices in self.blocks(nodes * outputs) {
            let z = Flex::float_matmul(self.x.clone(), self.side_by_side(slices.clone()));
            add_gathered(&mut y, &z, &self.w, slices, graphs);
        }
        tensor(y, [nodes, outputs])
    }

    /// The requested gradients in x, w and the weights.
    ///
    /// Products are recomputed, which costs less than storing them.
    fn backward<T: Real>(
        &self,
        grad: FloatTensor<Flex>,
        [in_x, in_w, in_weights]: [bool; 3],
        graphs: &GraphTopology,
    ) -> [Option<FloatTensor<Flex>>; 3] {
        let [q, inputs, outputs] = self.dims();
        let (nodes, edges) = (graphs.node_count(), graphs.edge_count());
        let zeros = |wanted: bool, count: usize| vec![T::ZERO; if wanted { count } else { 0 }];
        let mut x = zeros(in_x, nodes * inputs);
        let mut w = zeros(in_w, edges * q);
        let mut weights = Vec::with_capacity(if in_weights { q * inputs * outputs } else { 0 });
        for slices in self.blocks(nodes * inputs) {
            if in_x || in_w {
                let back = self.stacked(slices.clone()).transpose(0, 1);
                let back = Flex::float_matmul(grad.clone(), back);
                if in_x {
                    add_gathered(&mut x, &back, &self.w, slices.clone(), graphs);
                }
                if in_w {
                    relate_slices(&mut w, &back, &self.x, slices.clone(), graphs);
                }
            }
            if in_weights {
                let z = spread_slices::<T>(&self.x, &self.w, slices, graphs);
                let part = Flex::float_matmul(z.transpose(0, 1), grad.clone());
                weights.extend_from_slice(part.storage::<T>());
            }
        }
        [
            in_x.then(|| tensor(x, [nodes, inputs])),
            in_w.then(|| tensor(w, [edges, q])),
            in_weights.then(|| tensor(weights, [q, inputs, outputs])),
        ]
    }

    /// Blocks of edge features, given the elements of the products with one.
    fn blocks(&self, elements: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let q = columns(&self.w);
        let block = BLOCK * rayon::current_num_threads();
        let block = (block / elements.max(1)).clamp(1, q);
        let starts = (0..q).step_by(block);
        starts.map(move |start| start..(start + block).min(q))
    }

    /// Vertically stacked weights of some edge features, `[features · in, out]`.
    fn stacked(&self, slices: Range<usize>) -> FloatTensor<Flex> {
        let [_, inputs, outputs] = self.dims();
        let count = slices.len();
        let weights = self.weights.narrow(0, slices.start, count);
        weights.reshape(Shape::new([count * inputs, outputs]))
    }

    /// Horizontally stacked weights of some edge features, `[in, features · out]`.
    fn side_by_side(&self, slices: Range<usize>) -> FloatTensor<Flex> {
        let [_, inputs, outputs] = self.dims();
        let count = slices.len();
        let weights = self.weights.narrow(0, slices.start, count).transpose(0, 1);
        weights.reshape(Shape::new([inputs, count * outputs]))
    }
}
