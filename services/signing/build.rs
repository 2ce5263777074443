//! The signer's page is built by npm; a build without it still compiles, and answers 503 in its place.

fn main() {
    let folder = "page/dist";
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!("cargo::error=the folder {folder} cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed={folder}");
}
