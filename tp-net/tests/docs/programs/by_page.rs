use tp_net::{Error, IdListQuery, blocking::Client, game};

pub fn by_page(client: &mut Client) -> Result<u32, Error> {
    let query = IdListQuery::<game::Object>::new().page_size(20);
    let mut count = 0;
    for id in client.paged_ids(query) {
        let id = id?; // pages are fetched when they are needed
        println!("object {} changed last at {}", id.id, id.modtime);
        count += 1;
    }
    Ok(count)
}
