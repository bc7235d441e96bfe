"""Opens the session that test_session_file wrote with h5py, h5netcdf and xarray.

Fails unless dimensions have their names, coordinates their values and arrays the numbers that
example_session.h makes. Exit code 77: a library is not installed.
"""

import math
import sys

try:
    import h5netcdf
    import h5py
    import numpy as np
    import xarray
except ImportError as error:
    print(f"python3-h5py, python3-h5netcdf or python3-xarray is missing: {error}", file=sys.stderr)
    sys.exit(77)

TOLERANCE = 1e-6  # f4 keeps sin() to half of this
file = sys.argv[1]
LANES = ["reference", "rtn:bits=3", "nf4"]


def made_up(array, shape):
    count = int(np.prod(shape))
    return np.array([math.sin(array * 1.7 + i * 0.31) for i in range(count)]).reshape(shape)


with h5py.File(file, "r") as f:
    assert f.attrs["format"] == "quantscope-session", f.attrs["format"]
    assert f.attrs["version"] == 1 and f.attrs["blocks_done"] == 3
    assert f["model"].attrs["name"] == "example" and f["model"].attrs["parameters"] == 262144
    assert f["lane"].asstr()[...].tolist() == LANES
    norm = f["sites/down/norm"]
    assert [d.label or d[0].name.split("/")[-1] for d in norm.dims] == ["lane", "layer", "example"]
    assert norm.attrs["units"] == "1" and "norm" in norm.attrs["long_name"]
    assert np.allclose(norm[...], made_up(8, (3, 3, 6)), atol=TOLERANCE)
    assert f["output/rank"].attrs["_FillValue"] == -1

    def verify(name, item):
        if isinstance(item, h5py.Dataset):
            assert h5py.h5ds.is_scale(item.id) or item.ndim == sum(1 for d in item.dims if len(d)), name

    f.visititems(verify)
    groups = []
    f.visititems(lambda name, item: groups.append(name) if isinstance(item, h5py.Group) else None)

with h5netcdf.File(file, "r") as f:
    assert f["sites/down/norm"].dimensions == ("lane", "layer", "example")
    assert f["text/labels/register"].dimensions == ("example",)
    assert f["patches/nll"].shape == (0, 6)
    assert dict(f.dimensions)["position"].size == 5

with xarray.open_dataset(file, engine="h5netcdf") as root:
    assert root["lane"].values.tolist() == LANES, root["lane"].values
    assert root["layer"].values.tolist() == [0, 1, 2]
    assert root.attrs["status"] == "complete"

for group in groups:
    with xarray.open_dataset(file, group="/" + group, engine="h5netcdf") as dataset:
        for name, variable in dataset.variables.items():
            assert all(not d.startswith("phony") for d in variable.dims), (group, name)
        if group == "sites/down":
            assert dataset["norm"].dims == ("lane", "layer", "example")
            value = dataset["norm"].sel(lane="nf4", layer=2, example=5).item()
            assert abs(value - math.sin(8 * 1.7 + 53 * 0.31)) < TOLERANCE
        if group == "output":
            assert dataset["nll"].dims == ("lane", "example", "position")
            assert math.isnan(dataset["nll"][0, 0, 0])
        if group == "text":
            assert math.isnan(dataset["token_ids"][0, 1])  # the fill value became NaN
            assert dataset["excerpt"].values[2] == "text 2 – äß漢"
        if group == "patches":
            assert dataset["nll"].shape == (0, 6)

assert {"sites/down", "output", "text", "text/labels", "tokens/down", "weights"} <= set(groups)
print("opened")
