use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::{
    data::{
        Loaded,
        testing::{gzip, write},
    },
    graph::{
        attributed::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes, KindNames},
        generate::{Waxman, cycle, path, random_connected},
    },
};

fn read(
    name: &str,
    content: &str,
    options: &GraphReadOptions,
) -> Result<Loaded<AttributedGraphs>, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), name, content.as_bytes());
    let data = load_graphs(&file, options).map_err(|error| error.to_string());
    if let Err(message) = &data {
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains(name), "{message}");
    }
    // The folders of tests have random names.
    data.map_err(|message| message.replace(&*dir.path().to_string_lossy(), ""))
}

fn plain(content: &str) -> Loaded<AttributedGraphs> {
    read("graphs.txt", content, &GraphReadOptions::default()).unwrap()
}

fn failure(name: &str, content: &str) -> String {
    read(name, content, &GraphReadOptions::default()).unwrap_err()
}

fn edges(data: &Loaded<AttributedGraphs>) -> Vec<Vec<[usize; 2]>> {
    let graphs = data.data.graphs().iter();
    graphs
        .map(|graph| graph.topology.edges().to_vec())
        .collect()
}

#[test]
fn edge_lists_of_every_kind() {
    let expected = vec![vec![[0, 1], [1, 2]], vec![[0, 1], [0, 2], [1, 2]]];
    for content in [
        "a b\nb c\n\nx y\nx z\ny z\n",
        "# two graphs\na\tb\nb\tc\n# the second\nx\ty\nx\tz\ny\tz",
        "graph,source,target\n1,a,b\n2,x,y\n1,b,c\n2,x,z\n2,y,z\n",
        "\u{feff}a,b\r\nb,c\r\n\r\n\r\n\"x\",\"y\"\r\nx,z\r\ny,z\r\n",
    ] {
        let data = plain(content);
        assert_eq!(edges(&data), expected, "{content}");
        assert_eq!(data.notice, None, "{content}");
    }
    // Numbers in their order.
    assert_eq!(edges(&plain("10 2\n2 0\n")), [[[1, 2], [0, 1]]]);
}

#[test]
fn edges_have_attributes() {
    let weighted = plain("0 1 0.5\n1 2 1e3\n");
    assert_eq!(weighted.data.edge_names().numbers, ["weight"]);
    assert_eq!(weighted.data.graphs()[0].edges.numbers, [[0.5, 1000.0]]);
    let kinds = plain("0 1 double\n1 2 single\n");
    assert_eq!(
        kinds.data.edge_names().kinds[0].values,
        ["double", "single"]
    );
    assert_eq!(kinds.data.graphs()[0].edges.kinds, [[0, 1]]);
    // The format of networkx's write_edgelist.
    let data = plain(
        "0 1 {'weight': 1.5, 'bond': 'a \\'b\\'', 'ring': True, 'x': None}\n1 2 {'weight': -2, 'bond': \"c\", 'ring': False}\n",
    );
    assert_eq!(data.data.edge_names().numbers, ["weight"]);
    let names: Vec<&str> = data.data.edge_names().all().collect();
    assert_eq!(names, ["weight", "bond", "ring"]);
    assert_eq!(data.data.edge_names().kinds[0].values, ["a 'b'", "c"]);
    assert_eq!(edges(&plain("0 1 {}\n1 2 {}\n")), [[[0, 1], [1, 2]]]);
    let named = plain("source;target;order;length\na;b;2;1.5\nb;c;1;1.25\n");
    assert_eq!(named.data.edge_names().numbers, ["length", "order"]);
    // All cells of the last column are empty.
    let tabs = plain("source\ttarget\tw\tnone\na\tb\t2\t\nb\tc\t1\t\n");
    assert_eq!(tabs.data.edge_names().numbers, ["w"]);
}

#[test]
fn invalid_edge_lines_are_errors() {
    for (content, expected) in [
        ("a b 1 2\n", "line 1: 4 columns need names"),
        (
            "source,target\na,b\na\n",
            "line 3: 1 cells, but the header has 2",
        ),
        ("source,target\na,\n", "line 2: an edge needs two nodes"),
        (
            "a b\nb c {'w': }\n",
            "line 2: the dictionary cannot be parsed from",
        ),
        ("a b {w: 1}\n", "cannot be parsed from \"w: 1}\" on"),
        ("a b {'w': 1\n", "cannot be parsed"),
        ("", "is empty: use an edge list"),
        ("# nothing\n", "holds no graph"),
    ] {
        let message = failure("list.txt", content);
        assert!(message.contains(expected), "{message}");
    }
    let dir = tempfile::tempdir().unwrap();
    let binary = write(dir.path(), "graphs.dat", &[0x80, 4, 0x95, 0xff]);
    let message = load_graphs(&binary, &GraphReadOptions::default()).unwrap_err();
    assert!(
        message
            .to_string()
            .contains("is not text in UTF-8 (pickles")
    );
    let missing = load_graphs(&dir.path().join("no.txt"), &GraphReadOptions::default());
    assert!(missing.unwrap_err().to_string().starts_with("cannot use "));
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let message = load_graphs(&empty, &GraphReadOptions::default()).unwrap_err();
    assert!(message.to_string().contains("is a folder without files"));
}

#[test]
fn graphs_are_made_simple_and_connected_with_a_notice() {
    let content = "a b\nb a\nb c\nc c\nd e\n\na b\nb c\n\na b\n";
    let data = plain(content);
    assert_eq!(edges(&data), [[[0, 1], [1, 2]], [[0, 1], [1, 2]]]);
    assert_eq!(
        data.notice.unwrap(),
        "left out 1 graph with fewer than 3 nodes; took the largest component of 1 graph not \
         connected (2 nodes lost); dropped 1 loop; dropped 1 repeated edge"
    );
    let options = |disconnected| GraphReadOptions {
        disconnected,
        ..GraphReadOptions::default()
    };
    let left = read("g.txt", content, &options(Disconnected::LeaveOut)).unwrap();
    assert_eq!(left.data.len(), 1);
    assert!(
        left.notice
            .unwrap()
            .starts_with("left out 1 graph not connected, 1 graph with")
    );
    let refused = read("g.txt", content, &options(Disconnected::Refuse)).unwrap_err();
    assert!(
        refused.contains("graph 1 has 2 connected components: join them"),
        "{refused}"
    );

    let small = GraphReadOptions {
        sizes: 3..=4,
        ..GraphReadOptions::default()
    };
    let long = "a b\nb c\nc d\nd e\n";
    let message = read("g.txt", long, &small).unwrap_err();
    assert!(
        message.ends_with(
            "none of its 1 graphs can be used (1 graph with more than 4 nodes, up to 5); allow other \
             sizes than 3 to 4 nodes"
        ),
        "{message}"
    );
    // The first of two components of one size, with the values of its edges.
    let data = plain("a b x\nc d y\nb e x\nd f y\n");
    assert_eq!(edges(&data), [[[0, 1], [1, 2]]]);
    assert_eq!(data.data.edge_names().kinds[0].values, ["x"]);
}

#[test]
fn attributes_that_do_not_agree_are_named() {
    let node = |second: &str| {
        format!(
            r#"{{"nodes": [{{"id": 1, "a": 2}}, {{"id": 2, {second}}}, {{"id": 3, "a": 1}}],
                 "links": [{{"source": 1, "target": 2}}, {{"source": 3, "target": 2}}]}}"#
        )
    };
    let message = failure("g.json", &node("\"b\": 1"));
    assert!(
        message.contains("graph 1, node 2 lacks a, which others have"),
        "{message}"
    );
    let message = failure("g.json", &node("\"a\": \"text\""));
    assert!(
        message.contains("graph 1, node 2: a is \"text\", but a number elsewhere"),
        "{message}"
    );
    let options = GraphReadOptions {
        kinds: vec!["a".into()],
        ..GraphReadOptions::default()
    };
    let data = read("g.json", &node("\"a\": \"text\""), &options).unwrap();
    assert_eq!(data.data.node_names().kinds[0].values, ["1", "2", "text"]);
    let data = read("g.json", &node("\"a\": 10"), &options).unwrap();
    // Numbers in their order.
    assert_eq!(data.data.node_names().kinds[0].values, ["1", "2", "10"]);
    let few = GraphReadOptions {
        most_kinds: 2,
        ..options.clone()
    };
    let message = read("g.json", &node("\"a\": 10"), &few).unwrap_err();
    assert!(
        message.contains("a has 3 different texts, such as \"1\", but 2 kinds"),
        "{message}"
    );
    let ignored = GraphReadOptions {
        ignored: vec!["a".into()],
        ..GraphReadOptions::default()
    };
    assert!(
        read("g.json", &node("\"a\": \"text\""), &ignored)
            .unwrap()
            .data
            .node_names()
            .is_empty()
    );
    let unknown = GraphReadOptions {
        ignored: vec!["c".into()],
        ..GraphReadOptions::default()
    };
    let message = read("g.json", &node("\"a\": 1"), &unknown).unwrap_err();
    assert!(
        message.ends_with("has no attribute c; there are a"),
        "{message}"
    );
    let message = failure("g.csv", "graph,source,target,w\nG7,a,b,1\nG7,b,c,x\n");
    let expected = "graph G7, edge from b to c: w is \"x\", but a number elsewhere";
    assert!(message.contains(expected), "{message}");
    let message = failure("g.txt", "a b 1\nb c NaN\n");
    assert!(
        message.contains("graph 1, edge from b to c: weight is NaN"),
        "{message}"
    );
}

const GRAPHML: &str = r#"<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" attr.name="x" attr.type="double"/>
  <key id="d1" for="node" attr.name="element" attr.type="string"><default>C</default></key>
  <key id="d2" for="edge" attr.name="order" attr.type="int"/>
  <key id="d3" for="node" yfiles.type="nodegraphics" attr.name="picture"/>
  <key id="d4" for="graph" attr.name="name" attr.type="string"/>
  <graph edgedefault="directed">
    <data key="d4">first</data>
    <node id="a"><data key="d0"> 1.5 </data><data key="d3"><y:ShapeNode/></data></node>
    <node id="b"><data key="d0">2</data><data key="d1">N &amp; O</data></node>
    <node id="c"><data key="d0">-1e-3</data></node>
    <edge source="a" target="b"><data key="d2">2</data></edge>
    <edge source="c" target="b"><data key="d2">1</data></edge>
    <edge source="b" target="a"><data key="d2">3</data></edge>
  </graph>
</graphml>"#;

#[test]
fn graphml_is_read() {
    let data = read("g.graphml", GRAPHML, &GraphReadOptions::default()).unwrap();
    let graph = &data.data.graphs()[0];
    assert_eq!(graph.topology.edges(), [[0, 1], [1, 2]]);
    assert_eq!(graph.nodes.numbers, [[1.5, 2.0, -0.001]]);
    assert_eq!(data.data.node_names().kinds[0].values, ["C", "N & O"]);
    assert_eq!(graph.nodes.kinds, [[0, 1, 0]]);
    assert_eq!(graph.edges.numbers, [[2.0, 1.0]]);
    assert_eq!(
        data.notice.unwrap(),
        "dropped the directions of 1 directed graph; ignored picture"
    );
}

#[test]
fn invalid_graphml_is_an_error() {
    let changed = |from: &str, to: &str| {
        assert!(GRAPHML.contains(from));
        failure("g.graphml", &GRAPHML.replacen(from, to, 1))
    };
    assert!(changed("</graphml>", "").contains("not well-formed XML"));
    let message = changed(
        "target=\"b\"><data key=\"d2\">1",
        "target=\"z\"><data key=\"d2\">1",
    );
    assert!(
        message.contains("line 14: target z is not a node of the graph"),
        "{message}"
    );
    assert!(changed("> 1.5 <", ">one<").contains("line 10: x is \"one\", not a number"));
    assert!(changed("id=\"b\"", "id=\"a\"").contains("line 11: node a is listed twice"));
    assert!(changed("key=\"d0\">2", "key=\"d9\">2").contains("key d9 is not declared"));
    assert!(changed("<edge source=\"a\"", "<edge").contains("<edge> without source"));
    assert!(changed("<data key=\"d0\">2</data>", "").contains("graph 1, node b lacks x"));
    assert!(failure("g.xml", "<svg/>").contains("the root is <svg>, not <graphml>"));
    assert!(failure("g.xml", "<graphml/>").contains("holds no graph"));
    let entities = "<!DOCTYPE g [<!ENTITY a \"b\">]><graphml/>";
    assert!(failure("g.xml", entities).contains("not well-formed XML"));
}

#[test]
fn node_link_json_is_read() {
    let one = |edges: &str| {
        format!(
            r#"{{"directed": true, "multigraph": true, "graph": {{"name": "first"}},
              "nodes": [{{"id": "a", "pos": [0.5, 1], "ring": true}},
                        {{"id": 7, "pos": [0, -1], "ring": false, "meta": {{"k": 1}}}},
                        {{"id": [1, 2], "pos": [2, 2], "ring": true, "none": null}}],
              "{edges}": [{{"source": "a", "target": 7, "key": 0, "bond": "single"}},
                          {{"source": "a", "target": 7, "key": 1, "bond": "double"}},
                          {{"source": [1, 2], "target": 7, "key": 0, "bond": "double"}}]}}"#
        )
    };
    let both = [one("edges"), one("links")];
    for content in [both.join("\n"), format!("[{}, {}]", both[0], both[1])] {
        let data = read("g.json", &content, &GraphReadOptions::default()).unwrap();
        assert_eq!(data.data.len(), 2);
        for graph in data.data.graphs() {
            assert_eq!(graph.topology.edges(), [[0, 1], [1, 2]]);
            assert_eq!(graph.edges.kinds, [[1, 0]]);
            assert_eq!(graph.nodes.kinds, [[1, 0, 1]]);
        }
        assert_eq!(data.data.node_names().numbers, ["pos_0", "pos_1"]);
        assert_eq!(data.data.coordinates(), 2);
        assert_eq!(
            data.data.to_placed::<2>().unwrap()[0].positions()[2],
            [2.0, 2.0]
        );
        let notice = data.notice.unwrap();
        assert_eq!(
            notice,
            "dropped the directions of 2 directed graphs; dropped 2 repeated edges; ignored meta"
        );
    }
}

#[test]
fn invalid_json_is_an_error() {
    for (content, expected) in [
        ("{\"nodes\": [}", "line 1: not JSON"),
        ("{\"a\": 1}", "graph 1: no list called nodes"),
        ("{\"nodes\": []}", "graph 1: no list called edges or links"),
        ("[1]", "graph 1: a graph must be an object"),
        (
            "{\"nodes\": [{}], \"edges\": []}",
            "graph 1, node 1: a node without an id",
        ),
        (
            "{\"nodes\": [{\"id\": 1}, {\"id\": 1}], \"edges\": []}",
            "graph 1, node 2: node 1 is listed twice",
        ),
        (
            "{\"nodes\": [{\"id\": 1}], \"edges\": [{\"source\": 1}]}",
            "graph 1, edge 1: an edge without target",
        ),
        (
            "{\"nodes\": [{\"id\": 1}], \"edges\": [{\"source\": 1, \"target\": \"1\"}]}",
            "edge 1: target \"1\" is not a node",
        ),
        ("[]", "holds no graph"),
    ] {
        let message = failure("g.json", content);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn folders_are_read_in_the_order_of_names() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "g10.edges", b"a b\nb c\nc a\n");
    write(dir.path(), "g2.edges.gz", &gzip(b"a b\nb c\n"));
    write(dir.path(), "README.md", b"# not a graph");
    write(dir.path(), ".hidden", &[0xff]);
    write(
        dir.path(),
        "h.graphml",
        to_graphml(&AttributedGraphs::plain([path(4)]).unwrap()).as_bytes(),
    );
    let data = load_graphs(dir.path(), &GraphReadOptions::default()).unwrap();
    let sizes: Vec<usize> = edges(&data).iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 3, 3]);
    assert!(data.provenance.title.ends_with("(3 graphs)"));
    assert_eq!(data.provenance.sha256.len(), 1);
}

fn tu(dir: &Path, replaced: (&str, &str)) -> Result<Loaded<AttributedGraphs>, String> {
    for (part, content) in [
        (
            "A",
            "1, 2\n2, 1\n2, 3\n3, 2\n4, 5\n5, 4\n5, 6\n6, 5\n6, 4\n4, 6\n",
        ),
        ("graph_indicator", "1\n1\n1\n2\n2\n2\n"),
        ("node_labels", "0\n5\n0\n5\n5\n11\n"),
        ("node_attributes", "0.5, 1\n1, 2\n2, 3\n3, 4\n4, 5\n5, 6\n"),
        ("edge_labels", "1\n1\n2\n2\n1\n1\n1\n1\n1\n1\n"),
        ("graph_labels", "1\n-1\n"),
    ] {
        let content = if part == replaced.0 {
            replaced.1
        } else {
            content
        };
        write(dir, &format!("DS_{part}.txt"), content.as_bytes());
    }
    load_graphs(dir, &GraphReadOptions::default()).map_err(|error| error.to_string())
}

#[test]
fn tu_data_sets_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let data = tu(dir.path(), ("", "")).unwrap();
    assert_eq!(
        edges(&data),
        [vec![[0, 1], [1, 2]], vec![[0, 1], [1, 2], [0, 2]]]
    );
    assert_eq!(data.notice, None);
    let names = data.data.node_names();
    assert_eq!(names.numbers, ["attribute_0", "attribute_1"]);
    assert_eq!(names.kinds[0].values, ["0", "5", "11"]);
    assert_eq!(data.data.graphs()[0].edges.kinds, [[0, 1]]);
    assert_eq!(data.data.graphs()[1].nodes.kinds, [[1, 1, 2]]);
    assert_eq!(data.data.graphs()[1].nodes.numbers[1], [4.0, 5.0, 6.0]);
    let ten_edges = |first: &str| format!("{first}{}", "\n2, 1".repeat(9));
    let [across, missing] = ["1, 4", "1, 9"].map(ten_edges);
    for (part, content, expected) in [
        ("A", &*across, "DS_A.txt, line 1: the edge joins two graphs"),
        ("A", &*missing, "line 1: there is no node 9"),
        ("A", "1, x\n", "line 1: \"1, x\" is not numbers"),
        (
            "node_labels",
            "0\n1\n",
            "at its end: 2 lines for the 6 lines of",
        ),
        (
            "node_attributes",
            "1\n2\n3, 4\n5\n6\n7\n",
            "line 3: 2 numbers, but the first line has 1",
        ),
    ] {
        let message = tu(dir.path(), (part, content)).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn files_of_other_kinds_are_not_written() {
    let graphs = AttributedGraphs::plain([path(3)]).unwrap();
    let error = write_graphs(&graphs, &PathBuf::from("graphs.gexf")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "graphs.gexf: use a file name that ends in .graphml or .json"
    );
}

#[test]
fn generated_graphs_round_trip() {
    let graphs = Waxman::new().dataset(5, 0..30, 1).unwrap();
    let set = AttributedGraphs::of_placed(&graphs);
    let data = read("g.graphml", &to_graphml(&set), &GraphReadOptions::default()).unwrap();
    assert_eq!(data.notice, None);
    assert_eq!(data.data.to_placed::<2>().unwrap(), graphs);
}

/// Names with everything that XML and JSON must escape; no control characters, which XML lacks.
fn name() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-zé<>&\"'\n\t {}\\\\]{0,6}").unwrap()
}

/// Random connected graphs with numbers and kinds at nodes and edges, in the order of reading.
fn set() -> impl Strategy<Value = AttributedGraphs> {
    let sizes = prop::collection::vec((3usize..9, 0usize..3, any::<u64>()), 1..5);
    let kinds = prop::collection::btree_set(name(), 1..4);
    (sizes, kinds, prop::collection::vec(-1e9..1e9, 200)).prop_map(|(sizes, kinds, numbers)| {
        use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
        let kinds: Vec<String> = kinds.into_iter().collect();
        let names = |prefix: &str| AttributeNames {
            numbers: vec![format!("{prefix}<a>"), format!("{prefix} b")],
            kinds: vec![KindNames {
                name: format!("{prefix}\"k\"&"),
                values: kinds.clone(),
            }],
        };
        let graphs = sizes.into_iter().map(|(nodes, extra, seed)| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let extra = extra.min((nodes - 1) * (nodes - 2) / 2);
            let topology = random_connected(nodes, extra, &mut rng).unwrap();
            let mut values = |rows: usize| Attributes {
                numbers: (0..2)
                    .map(|_| {
                        (0..rows)
                            .map(|_| numbers[rng.random_range(0..200)])
                            .collect()
                    })
                    .collect(),
                // Every kind occurs.
                kinds: vec![(0..rows).map(|row| row % kinds.len().min(2)).collect()],
            };
            let (nodes, edges) = (values(topology.node_count()), values(topology.edge_count()));
            AttributedGraph {
                topology,
                nodes,
                edges,
            }
        });
        let graphs = graphs.collect();
        let used = |mut names: AttributeNames| {
            names.kinds[0].values.truncate(2);
            // In the order of reading.
            names.numbers.sort();
            names
        };
        AttributedGraphs::new(used(names("n")), used(names("e")), graphs).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn graphml_round_trips(set in set()) {
        let data = read("g.graphml", &to_graphml(&set), &GraphReadOptions::default()).unwrap();
        prop_assert_eq!(data.data, set);
        prop_assert_eq!(data.notice, None);
    }

    #[test]
    fn node_link_round_trips(set in set()) {
        let data = read("g.json", &to_node_link(&set), &GraphReadOptions::default()).unwrap();
        prop_assert_eq!(data.data.node_names(), set.node_names());
        prop_assert_eq!(data.data.edge_names(), set.edge_names());
        for (found, graph) in data.data.graphs().iter().zip(set.graphs()) {
            prop_assert_eq!(&found.topology, &graph.topology);
            prop_assert_eq!(&found.nodes.kinds, &graph.nodes.kinds);
            let numbers = found.nodes.numbers.iter().zip(&graph.nodes.numbers);
            for (found, number) in numbers.flat_map(|(a, b)| a.iter().zip(b)) {
                prop_assert!((found - number).abs() <= 1e-15 * number.abs());
            }
        }
    }

    /// Any file content gives graphs or a one-line message, never a panic.
    #[test]
    fn no_text_panics(text in "[ab01 ,;{}\\[\\]<>/#\"':\n\t=.eE-]{0,60}") {
        for name in ["g.txt", "g.json", "g.graphml"] {
            let _ = read(name, &text, &GraphReadOptions::default());
        }
    }

    /// Reading a written edge list returns the same edges.
    #[test]
    fn edge_lists_round_trip(nodes in 3usize..30, seed: u64) {
        use rand::{SeedableRng, rngs::ChaCha8Rng};
        let graph = random_connected(nodes, 2.min((nodes - 1) * (nodes - 2) / 2), &mut ChaCha8Rng::seed_from_u64(seed)).unwrap();
        let lines: Vec<String> = graph.edges().iter().map(|[i, j]| format!("{j} {i}")).collect();
        let data = plain(&lines.join("\n"));
        prop_assert_eq!(&data.data.graphs()[0].topology, &graph);
    }
}

#[test]
fn attributes_that_hide_names_of_the_format_get_an_underscore() {
    let names = AttributeNames {
        numbers: vec!["id".into()],
        kinds: Vec::new(),
    };
    let topology = cycle(3).unwrap();
    let nodes = Attributes {
        numbers: vec![vec![7.0, 8.0, 9.0]],
        kinds: Vec::new(),
    };
    let graph = AttributedGraph {
        nodes,
        ..AttributedGraph::plain(topology)
    };
    let set = AttributedGraphs::new(names, AttributeNames::default(), vec![graph]).unwrap();
    let data = read("g.json", &to_node_link(&set), &GraphReadOptions::default()).unwrap();
    assert_eq!(data.data.node_names().numbers, ["id_"]);
    let data = read("g.graphml", &to_graphml(&set), &GraphReadOptions::default()).unwrap();
    assert_eq!(data.data, set);
}
