"""Writes graph_statistics.json: statistics of small graphs, and of Waxman graphs, by networkx.

    python -m venv venv && venv/bin/pip install networkx==3.6.1
    venv/bin/python graph_statistics.py > graph_statistics.json

Takes some minutes, nearly all of it for the node connectivity of Waxman graphs.
"""

import itertools
import json
import platform
import random
from statistics import fmean, stdev

import networkx as nx

WAXMAN = {"nodes": 12, "q": 0.65, "s": 0.3, "least_nodes": 5}
DRAWS = 200_000
CONNECTIVITY_OF = 20_000


def named_graphs():
    yield "no nodes", nx.empty_graph(0)
    for nodes in (1, 2, 5):
        yield f"{nodes} isolated nodes", nx.empty_graph(nodes)
    for nodes in (2, 3, 9):
        yield f"path of {nodes}", nx.path_graph(nodes)
    for nodes in (3, 4, 11):
        yield f"cycle of {nodes}", nx.cycle_graph(nodes)
    for nodes in (4, 5, 8):
        yield f"clique of {nodes}", nx.complete_graph(nodes)
    for sizes in ((1, 6), (2, 3), (3, 3), (4, 7)):
        yield f"complete bipartite {sizes}", nx.complete_bipartite_graph(*sizes)
    yield "barbell", nx.barbell_graph(4, 2)
    yield "barbell without a path", nx.barbell_graph(5, 0)
    yield "lollipop", nx.lollipop_graph(5, 3)
    yield "wheel", nx.wheel_graph(9)
    yield "Petersen", nx.petersen_graph()
    yield "Frucht", nx.frucht_graph()
    yield "dodecahedron", nx.dodecahedral_graph()
    yield "icosahedron", nx.icosahedral_graph()
    yield "cube", nx.hypercube_graph(3)
    yield "grid", nx.grid_2d_graph(4, 5)
    yield "windmill", nx.windmill_graph(4, 4)
    yield "karate club", nx.karate_club_graph()
    yield "Florentine families", nx.florentine_families_graph()
    yield "two triangles", nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3))
    yield "clique, path and a node", nx.disjoint_union_all(
        [nx.complete_graph(5), nx.path_graph(4), nx.empty_graph(1)]
    )
    for seed, nodes in enumerate((4, 7, 15)):
        yield f"random tree {seed}", nx.random_labeled_tree(nodes, seed=seed)
    settings = [(6, 0.5), (8, 0.3), (8, 0.7), (10, 0.2), (10, 0.5), (12, 0.3), (12, 0.9)]
    for seed, (nodes, p) in enumerate([*settings, (15, 0.4), (20, 0.1), (25, 0.3)]):
        yield f"G({nodes}, {p})", nx.gnp_random_graph(nodes, p, seed=seed)
    for seed in range(8):
        graph = nx.waxman_graph(12, beta=WAXMAN["q"], alpha=WAXMAN["s"], seed=seed)
        yield f"Waxman {seed}", graph
        largest = max(nx.connected_components(graph), key=len)
        yield f"Waxman {seed}, largest component", graph.subgraph(largest)


def density_with_diagonal(graph):
    nodes = len(graph)
    return 2 * graph.number_of_edges() / nodes**2 if nodes else 0.0


def row(name, graph):
    # Subgraphs are views and iterate in an order of their own; sorted labels do not.
    graph = nx.convert_node_labels_to_integers(graph, ordering="sorted")
    nodes, edges = len(graph), graph.number_of_edges()
    return {
        "name": name,
        "nodes": nodes,
        "edges": sorted(sorted(edge) for edge in graph.edges),
        "density": float(nx.density(graph)),
        "density_with_diagonal": density_with_diagonal(graph),
        "average_degree": 2 * edges / nodes if nodes else 0.0,
        # networkx divides by zero here where there is no node.
        "average_clustering": float(nx.average_clustering(graph)) if nodes else 0.0,
        "average_node_connectivity": float(nx.average_node_connectivity(graph)),
        "degree_histogram": nx.degree_histogram(graph),
    }


def waxman():
    rng = random.Random(2024)
    kept = []
    for _ in range(DRAWS):
        graph = nx.waxman_graph(WAXMAN["nodes"], beta=WAXMAN["q"], alpha=WAXMAN["s"], seed=rng)
        largest = max(nx.connected_components(graph), key=len)
        if len(largest) >= WAXMAN["least_nodes"]:
            kept.append(nx.Graph(graph.subgraph(largest)))
    statistics = {
        "nodes": map(len, kept),
        "edges": (graph.number_of_edges() for graph in kept),
        "density_with_diagonal": map(density_with_diagonal, kept),
        "average_clustering": map(nx.average_clustering, kept),
        "average_node_connectivity": map(
            nx.average_node_connectivity, itertools.islice(kept, CONNECTIVITY_OF)
        ),
    }
    summary = {}
    for name, values in statistics.items():
        values = list(values)
        deviation = stdev(values)
        summary[name] = {"mean": fmean(values), "deviation": deviation, "graphs": len(values)}
    return {**WAXMAN, "draws": DRAWS, "kept": len(kept), "statistics": summary}


def main():
    graphs = [row(name, graph) for name, graph in named_graphs()]
    head = {
        "program": "networkx",
        "version": nx.__version__,
        "python": platform.python_version(),
        "made_by": "tests/data/graph_statistics.py",
        "how": "density, average_clustering (zeros counted), average_node_connectivity and "
        "degree_histogram of networkx; density_with_diagonal = 2m/n^2 and average_degree = 2m/n; "
        "0 where the mean is over nothing. waxman: waxman_graph, largest component, kept from "
        "least_nodes on.",
    }
    lines = ",\n".join("    " + json.dumps(graph) for graph in graphs)
    fields = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    print(f'{{\n{fields}  "waxman": {json.dumps(waxman())},\n  "graphs": [\n{lines}\n  ]\n}}')


if __name__ == "__main__":
    main()
