use tp_net::{Error, blocking::Client};

pub fn one_thing(client: &mut Client) -> Result<(), Error> {
    let me = client.me()?;
    let universe = client.object(0)?;
    println!(
        "{} plays in {}",
        me.name.printable(),
        universe.name.printable()
    );
    match client.resource(9999) {
        Ok(resource) => println!("{}", resource.singularname.printable()),
        Err(error) if error.is_refused() => println!("{error}"), // there is no such resource
        Err(error) => return Err(error),
    }
    Ok(())
}
