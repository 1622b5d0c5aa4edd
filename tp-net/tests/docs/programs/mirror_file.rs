use std::error::Error;
use std::fs;
use std::path::Path;

use tp_net::blocking::Client;
use tp_net::mirror::{Changes, Mirror};

/// Goes on where the last run of the program has ended.
pub fn mirror_file(client: &mut Client, file: &Path) -> Result<Changes, Box<dyn Error>> {
    let mut mirror = match fs::read(file) {
        Ok(saved) => serde_json::from_slice(&saved)?,
        Err(_) => Mirror::new(),
    };
    let changes = client.refresh(&mut mirror)?;
    if let Some(why) = changes.discarded {
        println!("all is new: {why}");
    }
    fs::write(file, serde_json::to_vec(&mirror)?)?;
    Ok(changes)
}
