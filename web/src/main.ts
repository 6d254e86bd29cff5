// Starts the dashboard.
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { preferences } from './state/preferences.svelte.ts';
import { router } from './state/router.svelte.ts';

preferences.start();
router.start();
const target = document.getElementById('app');
if (target) mount(App, { target });
