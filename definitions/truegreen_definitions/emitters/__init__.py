"""The emitters of this package: each turns the plan into files; `built_in` lists them."""
