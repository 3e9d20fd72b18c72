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
use rayon::prelude::*;

use super::EPSILON;
use crate::{graph::GraphTopology, kernel::flex::Real};

type Graphs = Arc<GraphTopology>;

/// Elements from which on several threads share the work.
const PARALLEL: usize = 1 << 19;

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

fn row<T>(values: &[T], index: usize, width: usize) -> &[T] {
    &values[index * width..(index + 1) * width]
}

/// Calls `fill` for each row with its index.
fn each_row<T: Send>(values: &mut [T], width: usize, fill: impl Fn(usize, &mut [T]) + Sync) {
    if width == 0 {
        return;
    }
    if values.len() < PARALLEL || rayon::current_num_threads() == 1 {
        let rows = values.chunks_exact_mut(width).enumerate();
        rows.for_each(|(index, row)| fill(index, row));
    } else {
        let count = values.len() / width;
        let block = count.div_ceil(8 * rayon::current_num_threads()).max(1);
        let blocks = values.par_chunks_mut(block * width).enumerate();
        blocks.for_each(|(first, rows)| {
            for (index, row) in rows.chunks_exact_mut(width).enumerate() {
                fill(first * block + index, row);
            }
        });
    }
}

/// As [`each_row`], for two results of the same shape.
fn each_pair_of_rows<T: Send>(
    a: &mut [T],
    b: &mut [T],
    width: usize,
    fill: impl Fn(usize, &mut [T], &mut [T]) + Sync,
) {
    if width == 0 {
        return;
    }
    let run = |first: usize, a: &mut [T], b: &mut [T]| {
        let rows = a.chunks_exact_mut(width).zip(b.chunks_exact_mut(width));
        for (index, (a, b)) in rows.enumerate() {
            fill(first + index, a, b);
        }
    };
    if a.len() < PARALLEL || rayon::current_num_threads() == 1 {
        run(0, a, b);
    } else {
        let count = a.len() / width;
        let block = count.div_ceil(8 * rayon::current_num_threads()).max(1);
        let size = block * width;
        let blocks = a.par_chunks_mut(size).zip(b.par_chunks_mut(size));
        blocks
            .enumerate()
            .for_each(|(index, (a, b))| run(index * block, a, b));
    }
}

fn silu_only<T: Real>(x: FloatTensor<Flex>) -> FloatTensor<Flex> {
    let x = x.to_contiguous();
    let [rows, width] = dims(&x);
    let xs = x.storage::<T>();
    let mut y = vec![T::ZERO; xs.len()];
    each_row(&mut y, width, |index, y| {
        for (y, &x) in y.iter_mut().zip(row(xs, index, width)) {
            *y = x * x.logistic();
        }
    });
    tensor(y, rows, width)
}

fn silu_with_slopes<T: Real>(x: FloatTensor<Flex>) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let x = x.to_contiguous();
    let [rows, width] = dims(&x);
    let xs = x.storage::<T>();
    let mut y = vec![T::ZERO; xs.len()];
    let mut slopes = vec![T::ZERO; xs.len()];
    each_pair_of_rows(&mut y, &mut slopes, width, |index, y, slopes| {
        let outputs = y.iter_mut().zip(slopes);
        for ((y, slope), &x) in outputs.zip(row(xs, index, width)) {
            (*y, *slope) = silu_and_slope(x);
        }
    });
    (tensor(y, rows, width), tensor(slopes, rows, width))
}

#[inline(always)]
fn silu_and_slope<T: Real>(x: T) -> (T, T) {
    let gate = x.logistic();
    let y = x * gate;
    // σ + xσ(1 − σ)
    (y, gate + y - y * gate)
}

/// Element by element, over the first factor where it has no other owner.
fn product<T: Real>(a: FloatTensor<Flex>, b: &FloatTensor<Flex>) -> FloatTensor<Flex> {
    let [rows, width] = dims(&a);
    let mut contiguous = a.to_contiguous();
    drop(a);
    let b = b.storage::<T>();
    if let Some(values) = contiguous.try_storage_mut::<T>() {
        each_row(values, width, |index, values| {
            for (value, &factor) in values.iter_mut().zip(row(b, index, width)) {
                *value = *value * factor;
            }
        });
        return contiguous;
    }
    let a = contiguous.storage::<T>();
    let mut values = vec![T::ZERO; a.len()];
    each_row(&mut values, width, |index, values| {
        let factors = row(a, index, width).iter().zip(row(b, index, width));
        for (value, (&a, &b)) in values.iter_mut().zip(factors) {
            *value = a * b;
        }
    });
    tensor(values, rows, width)
}

fn sum<T: Real>(values: impl Iterator<Item = T>) -> T {
    let mut total = T::ZERO;
    values.for_each(|value| total += value);
    total
}

fn normalized<T: Real>(x: FloatTensor<Flex>) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let x = x.to_contiguous();
    let [rows, width] = dims(&x);
    let xs = x.storage::<T>();
    let mut y = vec![T::ZERO; xs.len()];
    let share = T::from_f64(1.0 / width.max(1) as f64);
    let epsilon = T::from_f64(EPSILON);
    let mut scales = vec![T::ZERO; rows];
    let moments = |x: &[T]| {
        let mean = lane_sum(x) * share;
        let mut centered = [T::ZERO; 16];
        let (groups, rest) = x.as_chunks::<16>();
        for group in groups {
            for (total, &x) in centered.iter_mut().zip(group) {
                let x = x - mean;
                *total += x * x;
            }
        }
        let mut variance = sum(centered.into_iter());
        for &x in rest {
            let x = x - mean;
            variance += x * x;
        }
        (mean, (variance * share + epsilon).inverse_root())
    };
    for (index, scale) in scales.iter_mut().enumerate() {
        *scale = moments(row(xs, index, width)).1;
    }
    each_row(&mut y, width, |index, y| {
        let x = row(xs, index, width);
        let mean = lane_sum(x) * share;
        let scale = scales[index];
        for (y, &x) in y.iter_mut().zip(x) {
            *y = (x - mean) * scale;
        }
    });
    (tensor(y, rows, width), tensor(scales, rows, 1))
}

/// Sums in lanes, since the order of a single sum would keep the compiler from vector instructions.
#[inline(always)]
fn lane_sum<T: Real>(values: &[T]) -> T {
    let (groups, rest) = values.as_chunks::<16>();
    let mut lanes = [T::ZERO; 16];
    for group in groups {
        for (lane, &value) in lanes.iter_mut().zip(group) {
            *lane += value;
        }
    }
    let mut total = sum(lanes.into_iter());
    for &value in rest {
        total += value;
    }
    total
}

#[inline(always)]
fn lane_dot<T: Real>(a: &[T], b: &[T]) -> T {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let mut lanes = [T::ZERO; 16];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..16 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let mut total = sum(lanes.into_iter());
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        total += a * b;
    }
    total
}

/// `scale · (g − mean(g) − y · mean(g · y))` for each row.
fn normalize_gradient<T: Real>(
    grad: FloatTensor<Flex>,
    y: &FloatTensor<Flex>,
    scales: &FloatTensor<Flex>,
) -> FloatTensor<Flex> {
    let grad = grad.to_contiguous();
    let [rows, width] = dims(&grad);
    let (gs, ys, scales) = (grad.storage::<T>(), y.storage::<T>(), scales.storage::<T>());
    let share = T::from_f64(1.0 / width.max(1) as f64);
    let mut out = vec![T::ZERO; gs.len()];
    each_row(&mut out, width, |index, out| {
        let (g, y) = (row(gs, index, width), row(ys, index, width));
        let mean = lane_sum(g) * share;
        let along = lane_dot(g, y) * share;
        let scale = scales[index];
        for (out, (&g, &y)) in out.iter_mut().zip(g.iter().zip(y)) {
            *out = (g - mean - y * along) * scale;
        }
    });
    tensor(out, rows, width)
}

fn pair_silu_only<T: Real>(
    s: FloatTensor<Flex>,
    c: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (s, c) = (s.to_contiguous(), c.to_contiguous());
    let [rows, width] = dims(&c);
    let (ss, cs) = (s.storage::<T>(), c.storage::<T>());
    let mut u = vec![T::ZERO; cs.len()];
    each_row(&mut u, width, |edge, u| {
        let [i, j] = graphs.edges()[edge];
        let ends = row(ss, i, width).iter().zip(row(ss, j, width));
        let terms = ends.zip(row(cs, edge, width));
        for (u, ((&a, &b), &c)) in u.iter_mut().zip(terms) {
            let x = a + b + c;
            *u = x * x.logistic();
        }
    });
    tensor(u, rows, width)
}

fn pair_silu_with_slopes<T: Real>(
    s: FloatTensor<Flex>,
    c: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let (s, c) = (s.to_contiguous(), c.to_contiguous());
    let [rows, width] = dims(&c);
    let (ss, cs) = (s.storage::<T>(), c.storage::<T>());
    let mut u = vec![T::ZERO; cs.len()];
    let mut slopes = vec![T::ZERO; cs.len()];
    each_pair_of_rows(&mut u, &mut slopes, width, |edge, u, slopes| {
        let [i, j] = graphs.edges()[edge];
        let ends = row(ss, i, width).iter().zip(row(ss, j, width));
        let terms = ends.zip(row(cs, edge, width));
        for ((u, slope), ((&a, &b), &c)) in u.iter_mut().zip(slopes).zip(terms) {
            (*u, *slope) = silu_and_slope(a + b + c);
        }
    });
    (tensor(u, rows, width), tensor(slopes, rows, width))
}

/// The sum over the edges at each node.
fn incident_sums<T: Real>(edges: &FloatTensor<Flex>, graphs: &GraphTopology) -> FloatTensor<Flex> {
    let width = dims(edges)[1];
    let es = edges.storage::<T>();
    let mut sums = vec![T::ZERO; graphs.node_count() * width];
    each_row(&mut sums, width, |node, sums| {
        for end in graphs.ends_at(node) {
            for (sum, &value) in sums.iter_mut().zip(row(es, end.edge, width)) {
                *sum += value;
            }
        }
    });
    tensor(sums, graphs.node_count(), width)
}

fn summed<T: Real>(
    u: &FloatTensor<Flex>,
    t: &FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (u, t) = (u.to_contiguous(), t.to_contiguous());
    let width = dims(&u)[1];
    let (us, ts) = (u.storage::<T>(), t.storage::<T>());
    let mut sums = vec![T::ZERO; graphs.node_count() * width];
    each_row(&mut sums, width, |node, sums| {
        for &end in graphs.ends_at(node) {
            let gates = row(us, end.edge, width);
            let values = row(ts, graphs.other(end), width);
            for (sum, (&u, &t)) in sums.iter_mut().zip(gates.iter().zip(values)) {
                *sum += u * t;
            }
        }
    });
    tensor(sums, graphs.node_count(), width)
}

/// `g_i · t_j + g_j · t_i` at each edge.
fn crossed<T: Real>(
    g: &FloatTensor<Flex>,
    t: &FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (g, t) = (g.to_contiguous(), t.to_contiguous());
    let width = dims(&g)[1];
    let (gs, ts) = (g.storage::<T>(), t.storage::<T>());
    let mut out = vec![T::ZERO; graphs.edge_count() * width];
    each_row(&mut out, width, |edge, out| {
        let [i, j] = graphs.edges()[edge];
        let one = row(gs, i, width).iter().zip(row(ts, j, width));
        let other = row(gs, j, width).iter().zip(row(ts, i, width));
        for (out, ((&a, &b), (&c, &d))) in out.iter_mut().zip(one.zip(other)) {
            *out = a * b + c * d;
        }
    });
    tensor(out, graphs.edge_count(), width)
}
