use tp_net::model::{Design, Object};
use tp_net::{Error, blocking::Client};

pub fn many_things(client: &mut Client) -> Result<Vec<Object>, Error> {
    // An entry for each id, in the order asked: one that fails does not lose the others.
    for (id, board) in [0, 1, 9999].into_iter().zip(client.boards([0, 1, 9999])?) {
        match board {
            Ok(board) => println!("{id}: {}", board.name.printable()),
            Err(error) => println!("{id}: {error}"),
        }
    }
    // All there are of a kind, however many pages and frames that takes.
    let designs = client.all::<Design>()?;
    println!("{} designs", designs.len());
    Ok(client.all_objects()?.into_iter().flatten().collect())
}
