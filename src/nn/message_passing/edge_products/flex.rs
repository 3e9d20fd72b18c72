//! The maps as loops on Burn's flex (CPU) backend.

use std::{ops::Range, sync::Arc};

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

use crate::{graph::GraphTopology, kernel::flex::Real};

mod convolve;

pub(super) use convolve::convolve;

type Graphs = Arc<GraphTopology>;

/// Number of multiplications above which several threads are used.
const PARALLEL: usize = 1 << 18;

pub(super) fn supports(nodes: &Tensor<2>, edges: &Tensor<2>) -> bool {
    crate::kernel::flex::supports(nodes) && nodes.dtype() == edges.dtype()
}

pub(super) fn spread(graphs: Graphs, x: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    let z = <Dispatch as EdgeProducts>::spread(x.into_dispatch(), w.into_dispatch(), graphs);
    Tensor::from_dispatch(z)
}

pub(super) fn gather(graphs: Graphs, z: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    let x = <Dispatch as EdgeProducts>::gather(z.into_dispatch(), w.into_dispatch(), graphs);
    Tensor::from_dispatch(x)
}

pub(super) fn relate(graphs: Graphs, z: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
    let w = <Dispatch as EdgeProducts>::relate(z.into_dispatch(), x.into_dispatch(), graphs);
    Tensor::from_dispatch(w)
}

/// Routes the maps to their loops, through Burn's backend extension mechanism.
#[backend_extension(Flex, Autodiff)]
pub(super) trait EdgeProducts: Backend {
    fn spread(x: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self>;
    fn gather(z: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self>;
    fn relate(z: FloatTensor<Self>, x: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self>;
}

impl EdgeProducts for Flex {
    fn spread(x: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        match x.dtype() {
            DType::F64 => spread_typed::<f64>(x, w, &graphs),
            _ => spread_typed::<f32>(x, w, &graphs),
        }
    }

    fn gather(z: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        match z.dtype() {
            DType::F64 => gather_typed::<f64>(z, w, &graphs),
            _ => gather_typed::<f32>(z, w, &graphs),
        }
    }

    fn relate(z: FloatTensor<Self>, x: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        match z.dtype() {
            DType::F64 => relate_typed::<f64>(z, x, &graphs),
            _ => relate_typed::<f32>(z, x, &graphs),
        }
    }
}

impl<C: CheckpointStrategy> EdgeProducts for Autodiff<Flex, C> {
    fn spread(x: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        track::<C>(Map::Spread, x, w, graphs)
    }

    fn gather(z: FloatTensor<Self>, w: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        track::<C>(Map::Gather, z, w, graphs)
    }

    fn relate(z: FloatTensor<Self>, x: FloatTensor<Self>, graphs: Graphs) -> FloatTensor<Self> {
        track::<C>(Map::Relate, z, x, graphs)
    }
}

#[derive(Clone, Copy, Debug)]
enum Map {
    Spread,
    Gather,
    Relate,
}

/// Applies a map to its two arguments and records it for autodiff.
fn track<C: CheckpointStrategy>(
    map: Map,
    first: FloatTensor<Autodiff<Flex, C>>,
    second: FloatTensor<Autodiff<Flex, C>>,
    graphs: Graphs,
) -> FloatTensor<Autodiff<Flex, C>> {
    #[derive(Debug)]
    struct MapBackward;

    impl Backward<Flex, 2> for MapBackward {
        type State = (Map, FloatTensor<Flex>, FloatTensor<Flex>, Graphs);

        fn backward(
            self,
            ops: Ops<Self::State, 2>,
            grads: &mut Gradients,
            _checkpointer: &mut Checkpointer,
        ) {
            let [first_parent, second_parent] = ops.parents;
            let (map, first, second, graphs) = ops.state;
            let grad = grads.consume::<Flex>(&ops.node);
            // The three maps are the gradients of one trilinear form.
            if let Some(parent) = second_parent {
                let (grad, first, graphs) = (grad.clone(), first, graphs.clone());
                let grad = match map {
                    Map::Spread => Flex::relate(grad, first, graphs),
                    Map::Gather => Flex::relate(first, grad, graphs),
                    Map::Relate => Flex::gather(first, grad, graphs),
                };
                grads.register::<Flex>(parent.id, grad);
            }
            if let Some(parent) = first_parent {
                let grad = match map {
                    Map::Spread => Flex::gather(grad, second, graphs),
                    Map::Gather => Flex::spread(grad, second, graphs),
                    Map::Relate => Flex::spread(second, grad, graphs),
                };
                grads.register::<Flex>(parent.id, grad);
            }
        }
    }

    let apply = |first, second, graphs| match map {
        Map::Spread => Flex::spread(first, second, graphs),
        Map::Gather => Flex::gather(first, second, graphs),
        Map::Relate => Flex::relate(first, second, graphs),
    };
    match MapBackward
        .prepare::<C>([first.node(), second.node()])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(prep) => {
            let (first, second) = (first.into_primitive(), second.into_primitive());
            let output = apply(first.clone(), second.clone(), graphs.clone());
            prep.finish((map, first, second, graphs), output)
        }
        OpsKind::UnTracked(prep) => prep.finish(apply(
            first.into_primitive(),
            second.into_primitive(),
            graphs,
        )),
    }
}

fn spread_typed<T: Real>(
    x: FloatTensor<Flex>,
    w: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (x, w) = (x.to_contiguous(), w.to_contiguous());
    spread_slices::<T>(&x, &w, 0..columns(&w), graphs)
}

/// The columns of [`spread`](super::spread) for some edge features.
fn spread_slices<T: Real>(
    x: &FloatTensor<Flex>,
    w: &FloatTensor<Flex>,
    slices: Range<usize>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (d, q) = (columns(x), columns(w));
    let (xs, ws) = (x.storage::<T>(), w.storage::<T>());
    let width = slices.len() * d;
    let mut z = vec![T::ZERO; graphs.node_count() * width];
    let work = 2 * graphs.edge_count() * width;
    each_row(&mut z, width, work, |node, z: &mut [T]| {
        for &end in graphs.ends_at(node) {
            let sender = row(xs, graphs.other(end), d);
            let weights = &row(ws, end.edge, q)[slices.clone()];
            for (z, &weight) in z.chunks_exact_mut(d).zip(weights) {
                add_scaled(z, weight, sender);
            }
        }
    });
    tensor(z, [graphs.node_count(), width])
}

fn gather_typed<T: Real>(
    z: FloatTensor<Flex>,
    w: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (z, w) = (z.to_contiguous(), w.to_contiguous());
    let q = columns(&w);
    let d = columns(&z) / q;
    let mut x = vec![T::ZERO; graphs.node_count() * d];
    add_gathered(&mut x, &z, &w, 0..q, graphs);
    tensor(x, [graphs.node_count(), d])
}

/// Adds the part of [`gather`](super::gather) for some edge features, given their columns of z.
fn add_gathered<T: Real>(
    x: &mut [T],
    z: &FloatTensor<Flex>,
    w: &FloatTensor<Flex>,
    slices: Range<usize>,
    graphs: &GraphTopology,
) {
    let (width, q) = (columns(z), columns(w));
    let d = width / slices.len();
    let (zs, ws) = (z.storage::<T>(), w.storage::<T>());
    let work = 2 * graphs.edge_count() * width;
    each_row(x, d, work, |node, x: &mut [T]| {
        for &end in graphs.ends_at(node) {
            let sender = row(zs, graphs.other(end), width);
            let weights = &row(ws, end.edge, q)[slices.clone()];
            for (sender, &weight) in sender.chunks_exact(d).zip(weights) {
                add_scaled(x, weight, sender);
            }
        }
    });
}

fn relate_typed<T: Real>(
    z: FloatTensor<Flex>,
    x: FloatTensor<Flex>,
    graphs: &GraphTopology,
) -> FloatTensor<Flex> {
    let (z, x) = (z.to_contiguous(), x.to_contiguous());
    let q = columns(&z) / columns(&x);
    let mut w = vec![T::ZERO; graphs.edge_count() * q];
    relate_slices(&mut w, &z, &x, 0..q, graphs);
    tensor(w, [graphs.edge_count(), q])
}

/// Writes the columns of [`relate`](super::relate) for some edge features, given their columns of
/// z.
fn relate_slices<T: Real>(
    w: &mut [T],
    z: &FloatTensor<Flex>,
    x: &FloatTensor<Flex>,
    slices: Range<usize>,
    graphs: &GraphTopology,
) {
    let (width, d) = (columns(z), columns(x));
    let (zs, xs) = (z.storage::<T>(), x.storage::<T>());
    let work = 2 * graphs.edge_count() * width;
    let q = w.len() / graphs.edge_count().max(1);
    each_row(w, q, work, |edge, w: &mut [T]| {
        let [i, j] = graphs.edges()[edge];
        let (z_i, z_j) = (row(zs, i, width), row(zs, j, width));
        let (x_i, x_j) = (row(xs, i, d), row(xs, j, d));
        let z = z_i.chunks_exact(d).zip(z_j.chunks_exact(d));
        for (w, (z_i, z_j)) in w[slices.clone()].iter_mut().zip(z) {
            *w = dot(z_i, x_j);
            *w += dot(z_j, x_i);
        }
    });
}

/// Calls `fill` for each row with its index.
fn each_row<T: Real>(
    values: &mut [T],
    width: usize,
    work: usize,
    fill: impl Fn(usize, &mut [T]) + Sync,
) {
    if work < PARALLEL || rayon::current_num_threads() == 1 {
        let rows = values.chunks_exact_mut(width).enumerate();
        rows.for_each(|(index, row)| fill(index, row));
    } else {
        // Several tens of blocks, so that uneven work is balanced between threads.
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

fn tensor<T: Real, const D: usize>(values: Vec<T>, shape: [usize; D]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}

fn columns(tensor: &FloatTensor<Flex>) -> usize {
    tensor.shape()[1]
}

fn row<T>(values: &[T], index: usize, width: usize) -> &[T] {
    &values[index * width..(index + 1) * width]
}

fn add_scaled<T: Real>(to: &mut [T], scale: T, values: &[T]) {
    for (to, &value) in to.iter_mut().zip(values) {
        *to += scale * value;
    }
}

/// Sums in lanes, since the order of a single sum would prevent vector instructions.
fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    const LANES: usize = 16;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [T::ZERO; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut total = T::ZERO;
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        total += a * b;
    }
    for sum in sums {
        total += sum;
    }
    total
}
