"""Trains n-512-256-10 ReLU with PyTorch: Adam 1e-3, batch 128. Arguments: FOLDER THREADS EPOCHS."""
import sys

from data import Phases, part

phases = Phases()
import torch  # counts as loading, as it does for its users
from torch import nn

folder, threads, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(0)
torch.set_num_threads(threads)
x, y = (torch.from_numpy(array) for array in part(folder, "train"))
x_test, y_test = (torch.from_numpy(array) for array in part(folder, "t10k"))
phases.end("load")

model = nn.Sequential(nn.Linear(x.shape[1], 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
for epoch in range(epochs):
    order = torch.randperm(len(x))
    for batch in order.split(128):
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
phases.end("train")

with torch.no_grad():
    accuracy = (model(x_test).argmax(1) == y_test).float().mean().item()
phases.end("evaluate")
phases.tell(accuracy, torch.__version__)
