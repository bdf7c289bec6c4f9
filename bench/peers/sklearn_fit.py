"""Trains n-512-256-10 ReLU with scikit-learn: Adam 1e-3, batch 128. Arguments: FOLDER THREADS EPOCHS; the threads are
those of the BLAS below numpy."""
import sys
import warnings

from data import Phases, part

phases = Phases()
import sklearn  # counts as loading, as it does for its users
from sklearn.neural_network import MLPClassifier

folder, epochs = sys.argv[1], int(sys.argv[3])
x, y = part(folder, "train")
x_test, y_test = part(folder, "t10k")
phases.end("load")

warnings.filterwarnings("ignore")  # that the epochs ended before it converged
model = MLPClassifier((512, 256), batch_size=128, max_iter=epochs, alpha=0, tol=0, n_iter_no_change=epochs + 1,
                      random_state=0)
model.fit(x, y)
phases.end("train")

accuracy = model.score(x_test, y_test)
phases.end("evaluate")
phases.tell(accuracy, sklearn.__version__)
