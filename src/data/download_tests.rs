use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use super::*;
use crate::data::testing::gzip;

/// Behavior of the loopback server.
#[derive(Clone, Copy)]
enum Serve {
    /// Honors ranges.
    Ranges,
    /// Always sends the whole file.
    Whole,
    /// Announces the whole file and closes the connection after this many bytes.
    HangUp(usize),
    /// Declares the packed file as an encoding of its content.
    Encoded,
    /// Has no file.
    Missing,
}

/// A server for one file; returns its address and the `Range` headers it sees.
fn server(content: Vec<u8>, serve: Serve) -> (String, Arc<Mutex<Vec<Option<String>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let ranges = Arc::new(Mutex::new(Vec::new()));
    let seen = ranges.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &content, serve, &seen);
        }
    });
    (address, ranges)
}

fn answer(mut stream: TcpStream, content: &[u8], serve: Serve, seen: &Mutex<Vec<Option<String>>>) {
    let lines: Vec<String> = BufReader::new(stream.try_clone().unwrap())
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.is_empty())
        .collect();
    let range = lines.iter().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("range: bytes=")
            .map(str::to_owned)
    });
    seen.lock().unwrap().push(range.clone());
    let from = match (serve, &range) {
        (Serve::Ranges, Some(range)) => range.trim_end_matches('-').parse().unwrap(),
        _ => 0,
    };
    let (status, body) = match serve {
        Serve::Missing => ("404 Not Found", &b"no"[..]),
        Serve::Ranges if range.is_some() => ("206 Partial Content", &content[from..]),
        _ => ("200 OK", content),
    };
    let sent = match serve {
        Serve::HangUp(bytes) => &body[..bytes],
        _ => body,
    };
    let encoding = match serve {
        Serve::Encoded => "Content-Encoding: gzip\r\n",
        _ => "",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\n{encoding}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(sent).unwrap();
}

fn content() -> Vec<u8> {
    // Poorly compressible, so that the packed file is long enough to interrupt.
    let mut state = 1u32;
    let bytes: Vec<u8> = (0..200_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    gzip(&bytes)
}

/// SHA-256 of the unpacked `content()`, computed by hand once and independent of the packing.
fn expected() -> RemoteFile {
    RemoteFile::unpacked("file.gz", CONTENT_SHA256)
}

const CONTENT_SHA256: &str = "8006993938aa28eb2188163351aabcb20fe8a877b2b6b123d259b69700c80aec";

fn fetch(dir: &Path, address: &str) -> Result<PathBuf, DataError> {
    let mirrors = [address];
    Download {
        mirrors: &mirrors,
        dir,
    }
    .fetch(&expected(), &mut |_| {})
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_fetched_once_and_reported() {
    let (address, ranges) = server(content(), Serve::Ranges);
    let dir = tempfile::tempdir().unwrap();
    let mut last = None;
    let mirrors = [address.as_str()];
    let download = Download {
        mirrors: &mirrors,
        dir: &dir.path().join("new/folder"),
    };
    let path = download
        .fetch(&expected(), &mut |p| last = Some((p.received, p.total)))
        .unwrap();
    let size = content().len() as u64;
    assert_eq!(fs::read(&path).unwrap(), content());
    assert_eq!(last, Some((size, Some(size))));
    assert_eq!(download.fetch(&expected(), &mut |_| {}).unwrap(), path);
    assert_eq!(*ranges.lock().unwrap(), [None], "one request only");
    assert_eq!(
        files(download.dir),
        ["file.gz", "file.gz.lock"],
        "no part file left"
    );
}

#[test]
fn an_interrupted_download_continues_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (broken, _) = server(content(), Serve::HangUp(70_000));
    let error = fetch(dir.path(), &broken).unwrap_err();
    assert!(matches!(error, DataError::Download { .. }), "{error}");
    let part = fs::metadata(dir.path().join("file.gz.part")).unwrap().len();
    assert_eq!(part, 70_000);

    let (address, ranges) = server(content(), Serve::Ranges);
    let path = fetch(dir.path(), &address).unwrap();
    assert_eq!(fs::read(path).unwrap(), content());
    assert_eq!(*ranges.lock().unwrap(), [Some("70000-".to_owned())]);
}

#[test]
fn a_server_without_ranges_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file.gz.part"), b"something else").unwrap();
    let (address, _) = server(content(), Serve::Whole);
    let path = fetch(dir.path(), &address).unwrap();
    assert_eq!(fs::read(path).unwrap(), content());
}

#[test]
fn a_mismatching_part_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    // Simulates an interrupted download from a mirror with a different compression.
    for part in [vec![7; 500], vec![7; content().len() - 1]] {
        fs::write(dir.path().join("file.gz.part"), part).unwrap();
        let (address, _) = server(content(), Serve::Ranges);
        let path = fetch(dir.path(), &address).unwrap();
        assert_eq!(fs::read(&path).unwrap(), content());
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn packed_files_stay_packed() {
    let dir = tempfile::tempdir().unwrap();
    let (address, _) = server(content(), Serve::Encoded);
    let path = fetch(dir.path(), &address).unwrap();
    assert_eq!(fs::read(path).unwrap(), content());
}

#[test]
fn another_file_is_rejected_and_discarded() {
    let dir = tempfile::tempdir().unwrap();
    for wrong in [gzip(b"another file"), b"<html>welcome</html>".to_vec()] {
        let (address, _) = server(wrong, Serve::Whole);
        let error = fetch(dir.path(), &address).unwrap_err();
        assert!(matches!(error, DataError::Checksum { .. }), "{error}");
        assert!(error.to_string().contains(&address), "{error}");
        assert_eq!(files(dir.path()), ["file.gz.lock"]);
    }
}

#[test]
fn the_checksum_of_a_packed_file_and_its_name_at_the_mirror_can_differ() {
    let packed: &'static str = Box::leak(unpack::sha256(&content()).into_boxed_str());
    let file = RemoteFile::packed("local.gz", packed).with_remote_name("files/17");
    for (file, fits) in [
        (file, true),
        (RemoteFile::packed("other.gz", CONTENT_SHA256), false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (address, _) = server(content(), Serve::Ranges);
        let mirrors = [address.as_str()];
        let download = Download {
            mirrors: &mirrors,
            dir: dir.path(),
        };
        let result = download.fetch(&file, &mut |_| {});
        match fits {
            true => assert_eq!(result.unwrap(), dir.path().join("local.gz")),
            // The checksum of the content differs from that of the packed file.
            false => {
                let error = result.unwrap_err().to_string();
                assert!(
                    error.contains(packed) && error.contains(CONTENT_SHA256),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn the_next_mirror_is_tried() {
    let dir = tempfile::tempdir().unwrap();
    let (missing, _) = server(content(), Serve::Missing);
    let (address, _) = server(content(), Serve::Ranges);
    let mirrors = [missing.as_str(), address.as_str()];
    let path = Download {
        mirrors: &mirrors,
        dir: dir.path(),
    }
    .fetch(&expected(), &mut |_| {})
    .unwrap();
    assert_eq!(fs::read(path).unwrap(), content());
}

#[test]
fn unreachable_servers_are_named() {
    let dir = tempfile::tempdir().unwrap();
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = fetch(dir.path(), &format!("http://{port}"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!("cannot download http://{port}/file.gz: ")),
        "{error}"
    );
    assert_eq!(files(dir.path()), ["file.gz.lock"], "no other files");
}
