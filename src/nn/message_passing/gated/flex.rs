//! The functions as loops on Burn's flex (CPU) backend.

use std::sync::Arc;

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
    tensor::{DType, Tensor, TensorData},
};

use super::{
    EPSILON,
    row_kernels::{
        Crossed, GatedSums, IncidentSums, Normalize, NormalizeGradient, PairSilu, Product, Silu,
    },
    rows::{EditRow, EditRowWith, each_row, each_row_with},
};
use crate::{graph::GraphTopology, kernel::flex::Real};

type Graphs = Arc<GraphTopology>;

pub(super) fn silu(x: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Gated>::silu(x.into_dispatch()))
}

pub(super) fn normalize_rows(x: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Gated>::normalize_rows(x.into_dispatch()))
}

pub(super) fn pair_silu(graphs: Graphs, s: Tensor<2>, c: Tensor<2>) -> Tensor<2> {
    let u = <Dispatch as Gated>::pair_silu(s.into_dispatch(), c.into_dispatch(), graphs);
    Tensor::from_dispatch(u)
}

pub(super) fn gated_sum(graphs: Graphs, u: Tensor<2>, t: Tensor<2>) -> Tensor<2> {
    let a = <Dispatch as Gated>::gated_sum(u.into_dispatch(), t.into_dispatch(), graphs);
    Tensor::from_dispatch(a)
}

/// Routes the functions to their loops, through Burn's backend extension mechanism.
#[backend_extension(Flex, Autodiff)]
pub(super) trait Gated: Backend {
    fn silu(x: FloatTensor<Self>) -> FloatTensor<Self>;
    fn normalize_rows(x: FloatTensor<Self>) -> FloatTensor<Self>;
    fn pair_silu(s: FloatTensor<Self>, c: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self>;
    fn gated_sum(u: FloatTensor<Self>, t: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self>;
}

/// Calls a function for the element type of a tensor.
macro_rules! typed {
    ($like:expr, $function:ident($($argument:expr),*)) => {
        match $like.dtype() {
            DType::F64 => $function::<f64>($($argument),*),
            _ => $function::<f32>($($argument),*),
        }
    };
}

impl Gated for Flex {
    fn silu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        typed!(x, silu_only(x))
    }

    fn normalize_rows(x: FloatTensor<Self>) -> FloatTensor<Self> {
        typed!(x, normalized(x)).0
    }

    fn pair_silu(s: FloatTensor<Self>, c: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        typed!(s, pair_silu_only(s, c, &graphs))
    }

    fn gated_sum(u: FloatTensor<Self>, t: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        typed!(u, summed(&u, &t, &graphs))
    }
}

impl<C: CheckpointStrategy> Gated for Autodiff<Flex, C> {
    fn silu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct SiluBackward;

        impl Backward<Flex, 1> for SiluBackward {
            /// The derivative at each element.
            type State = FloatTensor<Flex>;

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [parent] = ops.parents;
                let grad = grads.consume::<Flex>(&ops.node);
                if let Some(parent) = parent {
                    let slopes = ops.state;
                    grads.register::<Flex>(parent.id, typed!(grad, product(grad, &slopes)));
                }
            }
        }

        let prepared = SiluBackward.prepare::<C>([x.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let x = x.into_primitive();
                let (y, slopes) = typed!(x, silu_with_slopes(x));
                prep.finish(slopes, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(Flex::silu(x.into_primitive())),
        }
    }

    fn normalize_rows(x: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct NormalizeBackward;

        impl Backward<Flex, 1> for NormalizeBackward {
            /// The output, and one over the deviation of each row.
            type State = (FloatTensor<Flex>, FloatTensor<Flex>);

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [parent] = ops.parents;
                let grad = grads.consume::<Flex>(&ops.node);
                if let Some(parent) = parent {
                    let (y, scales) = ops.state;
                    let grad = typed!(grad, normalize_gradient(grad, &y, &scales));
                    grads.register::<Flex>(parent.id, grad);
                }
            }
        }

        let prepared = NormalizeBackward.prepare::<C>([x.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let x = x.into_primitive();
                let (y, scales) = typed!(x, normalized(x));
                prep.finish((y.clone(), scales), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(Flex::normalize_rows(x.into_primitive())),
        }
    }

    fn pair_silu(s: FloatTensor<Self>, c: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct PairBackward;

        impl Backward<Flex, 2> for PairBackward {
            /// The derivative at each element.
            type State = (FloatTensor<Flex>, Graphs);

            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [nodes, edges] = ops.parents;
                let (slopes, graphs) = ops.state;
                let grad = grads.consume::<Flex>(&ops.node);
                let grad = typed!(grad, product(grad, &slopes));
                if let Some(parent) = nodes {
                    let sums = typed!(grad, incident_sums(&grad, &graphs));
                    grads.register::<Flex>(parent.id, sums);
                }
                if let Some(parent) = edges {
                    grads.register::<Flex>(parent.id, grad);
                }
            }
        }

        let prepared = PairBackward.prepare::<C>([s.node(), c.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let (s, c) = (s.into_primitive(), c.into_primitive());
                let (u, slopes) = typed!(s, pair_silu_with_slopes(s, c, &graphs));
                prep.finish((slopes, graphs), u)
            }
            OpsKind::UnTracked(prep) => prep.finish(Flex::pair_silu(
                s.into_primitive(),
                c.into_primitive(),
                graphs,
            )),
        }
    }

    fn gated_sum(u: FloatTensor<Self>, t: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct SumBackward;

        impl Backward<Flex, 2> for SumBackward {
            type State = (FloatTensor<Flex>, FloatTensor<Flex>, Graphs);

            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [edges, nodes] = ops.parents;
                let (u, t, graphs) = ops.state;
                let grad = grads.consume::<Flex>(&ops.node);
                if let Some(parent) = edges {
                    let gates = typed!(grad, crossed(&grad, &t, &graphs));
                    grads.register::<Flex>(parent.id, gates);
                }
                if let Some(parent) = nodes {
                    let sums = typed!(grad, summed(&u, &grad, &graphs));
                    grads.register::<Flex>(parent.id, sums);
                }
            }
        }

        let prepared = SumBackward.prepare::<C>([u.node(), t.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let (u, t) = (u.into_primitive(), t.into_primitive());
                let sums = typed!(u, summed(&u, &t, &graphs));
                prep.finish((u, t, graphs), sums)
            }
            OpsKind::UnTracked(prep) => prep.finish(Flex::gated_sum(
                u.into_primitive(),
                t.into_primitive(),
                graphs,
            )),
        }
    }
}

fn tensor<T: Real>(values: Vec<T>, rows: usize, width: usize) -> FloatTensor<Flex> {
    let data = TensorData::new(values, [rows, width]);
    Flex::float_from_data(data, &Default::default())
}

fn dims(tensor: &FloatTensor<Flex>) -> [usize; 2] {
    let shape = tensor.shape();
    [shape[0], shape[1]]
}

/// Edits the rows of a tensor, in place if it has no other owner.
fn edited<T: Real>(x: FloatTensor<Flex>, kernel: impl EditRow<T>) -> FloatTensor<Flex> {
    let [rows, width] = dims(&x);
    let mut contiguous = x.to_contiguous();
    drop(x);
    if let Some(values) = contiguous.try_storage_mut::<T>() {
        each_row(values, width, &kernel);
        return contiguous;
    }
    let mut values = contiguous.storage::<T>().to_vec();
    each_row(&mut values, width, &kernel);
    tensor(values, rows, width)
}

/// Same as [`edited`], with a second result of `other_width` columns, which is returned first.
fn edited_with<T: Real>(
    x: FloatTensor<Flex>,
    other_width: usize,
    kernel: impl EditRowWith<T>,
) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let [rows, width] = dims(&x);
    let mut contiguous = x.to_contiguous();
    drop(x);
    let mut others = vec![T::ZERO; rows * other_width];
    if let Some(values) = contiguous.try_storage_mut::<T>() {
        each_row_with(values, width, &mut others, other_width, &kernel);
        return (tensor(others, rows, other_width), contiguous);
    }
    let mut values = contiguous.storage::<T>().to_vec();
    each_row_with(&mut values, width, &mut others, other_width, &kernel);
    (
        tensor(others, rows, other_width),
        tensor(values, rows, width),
    )
}

/// A new tensor from rows of zeros.
fn filled<T: Real>(rows: usize, width: usize, kernel: impl EditRow<T>) -> FloatTensor<Flex> {
    let mut values = vec![T::ZERO; rows * width];
    each_row(&mut values, width, &kernel);
    tensor(values, rows, width)
}

fn silu_only<T: Real>(x: FloatTensor<Flex>) -> FloatTensor<Flex> {
    edited::<T>(x, Silu)
}

/// The function and its slopes.
fn silu_with_slopes<T: Real>(x: FloatTensor<Flex>) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let width = dims(&x)[1];
    edited_with::<T>(x, width, Silu)
}

fn product<T: Real>(a: FloatTensor<Flex>, b: &FloatTensor<Flex>) -> FloatTensor<Flex> {
    edited(
        a,
        Product {
            factors: b.storage::<T>(),
        },
    )
}

/// The rows, and one over the deviation of each.
fn normalized<T: Real>(x: FloatTensor<Flex>) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let share = T::from_f64(1.0 / dims(&x)[1].max(1) as f64);
    let (scales, y) = edited_with(
        x,
        1,
        Normalize {
            share,
            epsilon: T::from_f64(EPSILON),
        },
    );
    (y, scales)
}

/// `scale · (g − mean(g) − y · mean(g · y))` for each row.
fn normalize_gradient<T: Real>(
    grad: FloatTensor<Flex>,
    y: &FloatTensor<Flex>,
    scales: &FloatTensor<Flex>,
) -> FloatTensor<Flex> {
    let kernel = NormalizeGradient {
        y: y.storage::<T>(),
        scales: scales.storage::<T>(),
        share: T::from_f64(1.0 / dims(&grad)[1].max(1) as f64),
    };
    edited(grad, kernel)
}

fn pair_silu_only<T: Real>(
    s: FloatTensor<Flex>,
    c: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let s = s.to_contiguous();
    let nodes = s.storage::<T>();
    edited(c, PairSilu { nodes, graphs })
}

/// The function and its slopes.
fn pair_silu_with_slopes<T: Real>(
    s: FloatTensor<Flex>,
    c: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let s = s.to_contiguous();
    let nodes = s.storage::<T>();
    let width = dims(&c)[1];
    edited_with(c, width, PairSilu { nodes, graphs })
}

/// The sum over the edges at each node.
fn incident_sums<T: Real>(edges: &FloatTensor<Flex>, graphs: &GraphTopology) -> FloatTensor<Flex> {
    let width = dims(edges)[1];
    let edges = edges.storage::<T>();
    filled(graphs.node_count(), width, IncidentSums { edges, graphs })
}

fn summed<T: Real>(
    u: &FloatTensor<Flex>,
    t: &FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (u, t) = (u.to_contiguous(), t.to_contiguous());
    let (width, edges, nodes) = (dims(&u)[1], u.storage::<T>(), t.storage::<T>());
    let kernel = GatedSums {
        edges,
        nodes,
        graphs,
    };
    filled(graphs.node_count(), width, kernel)
}

/// `g_i · t_j + g_j · t_i` at each edge.
fn crossed<T: Real>(
    g: &FloatTensor<Flex>,
    t: &FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (g, t) = (g.to_contiguous(), t.to_contiguous());
    let (width, first, second) = (dims(&g)[1], g.storage::<T>(), t.storage::<T>());
    let kernel = Crossed {
        first,
        second,
        graphs,
    };
    filled(graphs.edge_count(), width, kernel)
}
