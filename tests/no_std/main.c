/* Runs the library with nothing of Rust's around it. */
int tp_no_std_check(void);

/* The compiled `alloc` names this; with panic = "abort" nobody calls it. */
void rust_eh_personality(void) {}

int main(void) { return tp_no_std_check(); }
